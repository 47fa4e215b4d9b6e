import * as v from 'valibot';
import { ConfigError, type Issue } from '../base/errors.js';
import { limitEntries } from '../base/limits.js';
import { didYouMean, keys, parse, quantity, reading, whole } from '../base/validate.js';
import { isWarning, type Warning } from '../base/warnings.js';
import { DECOMPOSITIONS, ENGINES, FOLDING_MODES, NETWORK_MODELS, ROUTINGS, SWITCHINGS } from '../base/words.js';
import { ALGORITHM_NAMES, type Algorithm, readAlgorithm } from '../collectives/algorithms.js';
import { isStepProgram } from '../collectives/check-program.js';
import { COLLECTIVES } from '../collectives/collective.js';
import type { StepProgram } from '../collectives/step-program.js';
import { DIMENSION_ORDERS, type InterDimensionScheduling } from '../scheduler/dimension-orders.js';
import { SCHEDULING_POLICIES } from '../scheduler/stream-scheduler.js';
import { type IntraDimensionScheduling, WAITING_ORDERS } from '../scheduler/waiting-order.js';
import { graphIssues } from '../topology/check-graph.js';
import { readEdgeList } from '../topology/edge-list.js';
import { isGraphShorthand, readGraphShorthand } from '../topology/graph-shorthand.js';
import { DIMENSION_KINDS } from '../topology/kinds.js';
import type { NamedGraph } from '../topology/named-graph.js';
import { readParts } from '../topology/shorthand.js';
import type { CollectiveSpec } from './spec.js';

export const MAX_CHUNKS = 2 ** 24;

/** One name stands for every dimension; a list is taken as it is. */
export const algorithms = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, Algorithm | Algorithm[]>(({ dataset: { value }, addIssue, NEVER }) => {
    const read = (item: unknown, at: Partial<Pick<v.BaseIssue<unknown>, 'path'>>) => {
      const found = typeof item === 'string' ? readAlgorithm(item) : undefined;
      if (found === undefined) {
        const { hint } = didYouMean(item, ALGORITHM_NAMES);
        const message = `one of ${ALGORITHM_NAMES.join(', ')}${hint === undefined ? '' : ` (${hint})`}`;
        addIssue({ message, input: item, ...at });
      }
      return found;
    };
    if (!Array.isArray(value)) return read(value, {}) ?? NEVER;
    if (value.length === 0) addIssue({ message: 'at least one algorithm' });
    // Array.from fills holes, which map would skip.
    const list = Array.from(value, (item, key) =>
      read(item, { path: [{ type: 'array', origin: 'value', input: value, key, value: item }] }),
    );
    return list.every((item) => item !== undefined) ? list : NEVER;
  }),
);

const dimension = keys({
  kind: v.picklist(DIMENSION_KINDS),
  npus: whole(1, 2 ** 31 - 1),
  bandwidth: quantity('bandwidth', { above: 0 }),
  latency: quantity('time', { atLeast: 0 }),
});

export const flag = v.boolean('true or false');

/** How reductions are paid: by the bandwidth of the local memory, or not at all. */
const memoryBandwidth = v.lazy((value) =>
  value === 'unlimited'
    ? v.pipe(
        v.literal('unlimited'),
        v.transform(() => Number.POSITIVE_INFINITY),
      )
    : quantity('bandwidth', { above: 0 }),
);

/** What every spec says of the machine, with the defaults: those of the reference's example system files. */
export const machineEntries = {
  topology: v.pipe(
    v.array(dimension, 'a list of dimensions or a shorthand string'),
    v.minLength(1, 'at least one dimension'),
  ),
  activeChunks: v.optional(whole(1, 2 ** 31 - 1), 1),
  scheduling: v.optional(v.picklist(SCHEDULING_POLICIES), 'fifo'),
  interDimensionScheduling: v.optional(
    v.picklist(Object.keys(DIMENSION_ORDERS) as InterDimensionScheduling[]),
    'ascending',
  ),
  intraDimensionScheduling: v.optional(v.picklist(Object.keys(WAITING_ORDERS) as IntraDimensionScheduling[]), 'fifo'),
  queuesPerDimension: v.optional(whole(1, 1024), 1),
  endpointDelay: v.optional(quantity('time', { atLeast: 0, whole: true }), 10),
  localMemoryBandwidth: v.optional(memoryBandwidth, 1600),
  network: v.optional(v.picklist(NETWORK_MODELS), 'congestion-unaware'),
  routing: v.optional(v.picklist(ROUTINGS), 'first-dimension'),
  switching: v.optional(v.picklist(SWITCHINGS), 'store-and-forward'),
  rankOrder: v.optional(v.array(whole(0, 2 ** 31 - 1), 'a list of NPUs')),
  rendezvous: v.optional(flag, false),
  folding: v.optional(v.picklist(FOLDING_MODES), 'auto'),
  warnings: v.optional(
    v.array(v.custom<Warning>(isWarning, 'a warning: { code, message, data }'), 'a list of warnings'),
    [],
  ),
  ...limitEntries,
};

/** How collectives are carried out, whichever they are. */
export const planEntries = {
  decomposition: v.optional(v.picklist(DECOMPOSITIONS), 'local-bw-aware'),
  splits: v.optional(whole(1, MAX_CHUNKS), 4),
};

const schema = keys({
  ...machineEntries,
  ...planEntries,
  collective: v.picklist(COLLECTIVES),
  size: quantity('bytes', { atLeast: 1, whole: true }),
  algorithms: v.optional(algorithms, 'ring'),
  program: v.optional(v.custom<StepProgram>(isStepProgram, 'a program, as StepBuilder and readMsccl make it')),
  programClaim: v.optional(v.picklist(['checked', 'unchecked']), 'checked'),
  involvedDimensions: v.optional(v.array(flag, 'a list of true or false')),
  engine: v.optional(v.picklist(ENGINES)),
  startTimes: v.optional(v.array(quantity('time', { atLeast: 0, whole: true }), 'a list of times')),
  linkStatistics: v.optional(flag, false),
  timeline: v.optional(flag, false),
  messageTimeline: v.optional(flag, false),
});

type CheckedEntries<E extends v.ObjectEntries> = v.InferOutput<v.StrictObjectSchema<E, undefined>>;

/** What a checked spec says of the machine. */
export type CheckedMachine = CheckedEntries<typeof machineEntries>;

/** A collective's spec with every default filled in and every quantity in its base unit. */
export type CheckedCollective = v.InferOutput<typeof schema>;

/**
 * Checks a spec field by field.
 * @throws ConfigError with everything that is wrong.
 */
export function checkCollective(spec: CollectiveSpec): WithGraph<CheckedCollective> {
  return checkWithTopology(schema, spec);
}

/** A checked spec, and its graph where the network is one. */
export type WithGraph<T> = T & { readonly graph?: NamedGraph };

/**
 * Checks a spec whose topology may be a graph, or a grid in shorthand. Of a graph the
 * dimensions are one that stands for all its NPUs.
 */
export function checkWithTopology<S extends v.GenericSchema>(schema: S, spec: unknown): WithGraph<v.InferOutput<S>> {
  return checkAnyTopology(schema, spec) as WithGraph<v.InferOutput<S>>;
}

function checkAnyTopology(schema: v.GenericSchema, given: unknown): unknown {
  if (typeof given !== 'object' || given === null) return parse(schema, given);
  const spec = reading(() => ({ ...given }) as Readonly<Record<string, unknown>>);
  const { topology } = spec;
  if (topology === undefined) return parse(schema, given);
  if (reading(() => isGraph(topology), 'topology')) return checkOnGraph(schema, spec, topology);
  if (typeof topology !== 'string') return parse(schema, given);
  const parts = readParts(topology);
  const malformed = parts
    .filter((part) => 'expected' in part)
    .map((issue) => ({ ...issue, path: `topology${issue.path}` }));
  // Stand-ins for malformed parts, so that whatever else is wrong is found too.
  const dimensions = parts.map((part) => ('expected' in part ? STAND_IN : part));
  return withIssues(malformed, () => parse(schema, { ...spec, topology: dimensions }));
}

const STAND_IN = { kind: 'ring', npus: 2, bandwidth: 1, latency: 0 };

function isGraph(topology: unknown): boolean {
  if (typeof topology === 'string') return isGraphShorthand(topology);
  return typeof topology === 'object' && topology !== null && !Array.isArray(topology) && 'links' in topology;
}

function checkOnGraph(schema: v.GenericSchema, spec: object, topology: unknown): unknown {
  let graph: NamedGraph | undefined;
  const issues: Issue[] = [];
  try {
    graph = reading(() => graphOf(topology), 'topology');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const inTopology = (path: string) => (path === '' || path.startsWith('topology') ? 'topology' : `topology.${path}`);
    issues.push(...error.issues.map((issue) => ({ ...issue, path: inTopology(issue.path) })));
  }
  const axis = graph === undefined ? STAND_IN : axisOf(graph);
  const checked = withIssues(issues, () => parse(schema, { ...spec, topology: [axis] }));
  return graph === undefined ? checked : Object.assign(checked as object, { graph });
}

/** A graph in a line, as a builder made it, or as a list of links. */
function graphOf(topology: unknown): NamedGraph {
  if (typeof topology === 'string') return readGraphShorthand(topology);
  if (typeof topology !== 'object' || topology === null || !('devices' in topology)) return readEdgeList(topology);
  const graph = topology as NamedGraph;
  const issues = graphIssues(graph);
  if (issues.length > 0) throw new ConfigError(issues);
  return graph;
}

/** One dimension for all NPUs of a graph, with its least speeds; its wires are the graph's. */
function axisOf({ npus, links }: NamedGraph) {
  const bandwidth = links.reduce((least, link) => Math.min(least, link.bandwidth), Infinity);
  const latency = links.reduce((least, link) => Math.min(least, link.latency), Infinity);
  return { kind: 'fully-connected', npus, bandwidth, latency };
}

/** Reads the rest too, and throws all issues at once. */
function withIssues<T>(issues: readonly Issue[], read: () => T): T {
  let result: T;
  try {
    result = read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError([...issues, ...error.issues]);
  }
  if (issues.length > 0) throw new ConfigError(issues);
  return result;
}
