import * as v from 'valibot';
import { ConfigError, type Issue, show } from '../base/errors.js';
import { limitEntries } from '../base/limits.js';
import { didYouMean, keys, parse, quantity, reading, whole } from '../base/validate.js';
import { isWarning, type Warning } from '../base/warnings.js';
import { DECOMPOSITIONS, ENGINES, FOLDING_MODES, NETWORK_MODELS, ROUTINGS, SWITCHINGS } from '../base/words.js';
import { ALGORITHM_NAMES, type Algorithm, readAlgorithm } from '../collectives/algorithms.js';
import { isStepProgram } from '../collectives/check-program.js';
import { COLLECTIVES, isRooted } from '../collectives/collective.js';
import type { StepTerms } from '../collectives/priced-program.js';
import type { StepProgram } from '../collectives/step-program.js';
import type { Calibration } from '../costs/calibrate/calibration.js';
import { calibrationSchema } from '../costs/calibrate/read-calibration.js';
import { ncclOptions } from '../costs/nccl/options.js';
import { DIMENSION_ORDERS, type InterDimensionScheduling } from '../scheduler/dimension-orders.js';
import { SCHEDULING_POLICIES } from '../scheduler/stream-scheduler.js';
import { type IntraDimensionScheduling, WAITING_ORDERS } from '../scheduler/waiting-order.js';
import { graphIssues } from '../topology/check-graph.js';
import type { CheckedDimension } from '../topology/dimension.js';
import { readEdgeList } from '../topology/edge-list.js';
import { isGraphShorthand, readGraphShorthand } from '../topology/graph-shorthand.js';
import { DIMENSION_KINDS } from '../topology/kinds.js';
import type { NamedGraph } from '../topology/named-graph.js';
import { readParts } from '../topology/shorthand.js';
import { withFittedDimensions } from './fitted-costs.js';
import type { CollectiveSpec } from './spec.js';

export const MAX_CHUNKS = 2 ** 24;

/** One name applies to every dimension; a list stays as it is. */
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

const wires = {
  kind: v.picklist(DIMENSION_KINDS),
  npus: whole(1, 2 ** 31 - 1),
  bandwidth: quantity('bandwidth', { above: 0 }),
  latency: quantity('time', { atLeast: 0 }),
};

const plainDimension = keys(wires);

/** Most optical switches of one dimension. */
const MAX_SWITCHES = 64;

const circuitsDimension = keys({
  ...wires,
  switches: whole(1, MAX_SWITCHES),
  reconfiguration: quantity('time', { atLeast: 0, whole: true }),
});

const dimension = v.lazy((value): v.GenericSchema<unknown, CheckedDimension> => {
  return isCircuits(value) ? circuitsDimension : plainDimension;
});

function isCircuits(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'circuits';
}

export const flag = v.boolean('true or false');

/** What reductions cost: by the bandwidth of the local memory, or nothing. */
const memoryBandwidth = v.lazy((value) =>
  value === 'unlimited'
    ? v.pipe(
        v.literal('unlimited'),
        v.transform(() => Number.POSITIVE_INFINITY),
      )
    : quantity('bandwidth', { above: 0 }),
);

const perByte = v.pipe(
  v.number('us per byte, at least 0'),
  v.minValue(0, 'us per byte, at least 0'),
  v.maxValue(1, 'at most 1 us per byte'),
);

/** What collective steps cost beyond the model. */
const stepTerms = v.pipe(
  keys({
    gammaUsPerByte: v.optional(perByte),
    deltaUsPerByte: v.optional(perByte),
    epsilonUsPerByte: v.optional(perByte),
    incastThreshold: v.optional(v.pipe(v.number('senders, at least 0'), v.minValue(0, 'senders, at least 0'))),
  }),
  v.transform((terms) => terms as StepTerms),
);

/** The machine part of every spec, with the defaults of the reference's example system files. */
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
  genModel: v.optional(stepTerms),
  rendezvous: v.optional(flag, false),
  folding: v.optional(v.picklist(FOLDING_MODES), 'auto'),
  warnings: v.optional(
    v.array(v.custom<Warning>(isWarning, 'a warning: { code, message, data }'), 'a list of warnings'),
    [],
  ),
  costs: v.optional(calibrationSchema as unknown as v.GenericSchema<Calibration>),
  ...limitEntries,
};

/** How collectives run. */
export const planEntries = {
  decomposition: v.optional(v.picklist(DECOMPOSITIONS), 'local-bw-aware'),
  splits: v.optional(whole(1, MAX_CHUNKS), 4),
};

const weight = v.pipe(v.number('a number'), v.finite('a finite number'), v.minValue(0, 'a number of at least 0'));

const entries = keys({
  ...machineEntries,
  ...planEntries,
  collective: v.picklist(COLLECTIVES),
  size: quantity('bytes', { atLeast: 1, whole: true }),
  algorithms: v.optional(algorithms, 'ring'),
  root: v.optional(whole(0, 2 ** 31 - 1)),
  nccl: v.optional(ncclOptions),
  weights: v.optional(v.array(v.array(weight, 'a list of numbers'), 'a list of rows, one per rank')),
  program: v.optional(v.custom<StepProgram>(isStepProgram, 'a program, as StepBuilder and readMsccl make it')),
  programClaim: v.optional(v.picklist(['checked', 'unchecked']), 'checked'),
  involvedDimensions: v.optional(v.array(flag, 'a list of true or false')),
  engine: v.optional(v.picklist(ENGINES)),
  startTimes: v.optional(v.array(quantity('time', { atLeast: 0, whole: true }), 'a list of times')),
  linkStatistics: v.optional(flag, false),
  timeline: v.optional(flag, false),
  messageTimeline: v.optional(flag, false),
});

/** Options of some collectives only. */
const schema = v.pipe(
  entries,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { collective, root, weights, nccl, algorithms: chosen } = dataset.value;
    const wrong = (key: 'root' | 'weights' | 'nccl', message: string) =>
      addIssue({
        message,
        input: dataset.value[key],
        path: [{ type: 'object', origin: 'value', input: dataset.value, key, value: dataset.value[key] }],
      });
    if (root !== undefined && !isRooted(collective)) wrong('root', `none: a ${collective} has no root`);
    if (weights !== undefined && collective !== 'alltoallv') wrong('weights', `none: only an alltoallv has weights`);
    const isNccl = [chosen].flat().some(({ definition }) => definition.name.startsWith('nccl'));
    if (nccl !== undefined && !isNccl)
      wrong('nccl', 'none: it is for the algorithms nccl, nccl-ring, nccl-tree and nccl-pat');
    if (weights === undefined && collective === 'alltoallv') {
      wrong('weights', 'what each rank (row) has for each (column), in any unit');
    }
  }),
);

type CheckedEntries<E extends v.ObjectEntries> = v.InferOutput<v.StrictObjectSchema<E, undefined>>;

/** The machine part of a checked spec. */
export type CheckedMachine = CheckedEntries<typeof machineEntries>;

/** A collective's spec with every default filled in and every quantity in its base unit. */
export type CheckedCollective = v.InferOutput<typeof schema>;

/**
 * Checks a spec field by field.
 * @throws ConfigError that lists all problems.
 */
export function checkCollective(spec: CollectiveSpec): WithGraph<CheckedCollective> {
  return checkWithTopology(schema, spec);
}

/** A checked spec, with its graph if the network is one. */
export type WithGraph<T> = T & { readonly graph?: NamedGraph };

/**
 * Checks a spec whose topology may be a graph, or a grid in shorthand. A graph gets a
 * single dimension of all its NPUs.
 */
export function checkWithTopology<S extends v.GenericSchema>(schema: S, spec: unknown): WithGraph<v.InferOutput<S>> {
  return withFittedDimensions(withContention(checkAnyTopology(schema, spec), spec) as never);
}

/**
 * Messages contend for ports where circuits change, so the congestion-aware model is the default there.
 * @throws ConfigError if the spec asks for the other one.
 */
function withContention(checked: unknown, spec: unknown): unknown {
  const { topology, network } = checked as {
    readonly topology?: readonly CheckedDimension[];
    readonly network?: string;
  };
  if (network !== 'congestion-unaware' || !topology?.some(isCircuits)) return checked;
  const asked = typeof spec === 'object' && spec !== null && 'network' in spec && spec.network !== undefined;
  if (!asked) return Object.assign(checked as object, { network: 'congestion-aware' });
  const expected = 'congestion-aware, because messages wait while circuits are set';
  throw new ConfigError([{ path: 'network', expected, got: show(network) }]);
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
  // Replaces malformed parts, to find all other problems too.
  const dimensions = parts.map((part) => ('expected' in part ? STAND_IN : part));
  return withIssues(malformed, () => parse(schema, { ...spec, topology: dimensions }));
}

const topologyOnly = keys({ topology: machineEntries.topology });

/**
 * The dimensions of a spec's network; for a graph a single one, with all its NPUs.
 * @throws ConfigError that lists all problems.
 */
export function dimensionsOf(topology: unknown): v.InferOutput<typeof machineEntries.topology> {
  return checkWithTopology(topologyOnly, { topology }).topology;
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

/** A graph from a line, a builder, or a list of links. */
function graphOf(topology: unknown): NamedGraph {
  if (typeof topology === 'string') return readGraphShorthand(topology);
  if (typeof topology !== 'object' || topology === null || !('devices' in topology)) return readEdgeList(topology);
  const graph = topology as NamedGraph;
  const issues = graphIssues(graph);
  if (issues.length > 0) throw new ConfigError(issues);
  return graph;
}

/** One dimension for all NPUs of a graph, with its lowest speeds; messages use the graph's links. */
function axisOf({ npus, links }: NamedGraph) {
  const bandwidth = links.reduce((least, link) => Math.min(least, link.bandwidth), Infinity);
  const latency = links.reduce((least, link) => Math.min(least, link.latency), Infinity);
  return { kind: 'fully-connected', npus, bandwidth, latency };
}

/** Reads the rest too, to throw all issues at once. */
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
