import * as v from 'valibot';
import { ConfigError, type Issue, show } from '../base/errors.js';
import { didYouMean, keys, parse, quantity, whole } from '../base/validate.js';
import type { Warning } from '../base/warnings.js';
import { ALGORITHM_NAMES, type Algorithm, readAlgorithm } from '../collectives/algorithms.js';
import { COLLECTIVES, type Collective } from '../collectives/collective.js';
import { chooseEngine, type EngineChoice } from '../engine/choice.js';
import { type CollectiveJob, type MachineModel, NETWORK_MODELS, ROUTINGS } from '../engine/job.js';
import type { Progress, RunLimits } from '../engine/run.js';
import { DIMENSION_ORDERS, type InterDimensionScheduling } from '../scheduler/dimension-order.js';
import { SCHEDULING_POLICIES } from '../scheduler/stream-scheduler.js';
import { type IntraDimensionScheduling, WAITING_ORDERS } from '../scheduler/waiting-order.js';
import type { CollectiveSpec } from '../spec/spec.js';
import { totalNpus } from '../topology/address.js';
import { DIMENSION_KINDS } from '../topology/dimension.js';
import { everyNpu, physicalDimension } from '../topology/logical-dimension.js';
import { readParts } from '../topology/shorthand.js';
import { type Chunking, cutIntoChunks } from './chunking.js';
import type { ActiveDimension } from './phases.js';
import { planChunks } from './plan-chunks.js';
import { planWarnings } from './plan-warnings.js';

const MAX_CHUNKS = 2 ** 24;
/** Phases of all chunks together: each takes some memory. */
const MAX_PHASES = 2 ** 25;

/** One name stands for every dimension; a list is taken as it is. */
const algorithms = v.pipe(
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

const flag = v.boolean('true or false');

const schema = keys({
  collective: v.picklist(COLLECTIVES),
  topology: v.pipe(
    v.array(dimension, 'a list of dimensions or a shorthand string'),
    v.minLength(1, 'at least one dimension'),
  ),
  size: quantity('bytes', { atLeast: 1, whole: true }),
  algorithms: v.optional(algorithms, 'ring'),
  decomposition: v.optional(v.picklist(['baseline', 'local-bw-aware']), 'local-bw-aware'),
  splits: v.optional(whole(1, MAX_CHUNKS), 4),
  activeChunks: v.optional(whole(1, 2 ** 31 - 1), 1),
  scheduling: v.optional(v.picklist(SCHEDULING_POLICIES), 'fifo'),
  interDimensionScheduling: v.optional(
    v.picklist(Object.keys(DIMENSION_ORDERS) as InterDimensionScheduling[]),
    'ascending',
  ),
  intraDimensionScheduling: v.optional(v.picklist(Object.keys(WAITING_ORDERS) as IntraDimensionScheduling[]), 'fifo'),
  queuesPerDimension: v.optional(whole(1, 1024), 1),
  involvedDimensions: v.optional(v.array(flag, 'a list of true or false')),
  endpointDelay: v.optional(quantity('time', { atLeast: 0, whole: true }), 10),
  localMemoryBandwidth: v.optional(quantity('bandwidth', { above: 0 }), 1600),
  network: v.optional(v.picklist(NETWORK_MODELS), 'congestion-unaware'),
  engine: v.optional(v.picklist(['phase', 'message'])),
  folding: v.optional(v.picklist(['auto', 'off']), 'auto'),
  startTimes: v.optional(v.array(quantity('time', { atLeast: 0, whole: true }), 'a list of times')),
  routing: v.optional(v.picklist(ROUTINGS), 'first-dimension'),
  linkStatistics: v.optional(flag, false),
  maxEvents: v.optional(whole(1, Number.MAX_SAFE_INTEGER)),
  signal: v.optional(v.custom<AbortSignal>((value) => value instanceof AbortSignal, 'an AbortSignal')),
  onProgress: v.optional(v.custom<(progress: Progress) => void>((value) => typeof value === 'function', 'a function')),
  timeline: v.optional(flag, false),
  warnings: v.optional(v.array(v.any()), []),
});

/** A spec with every default filled, checked, and planned: what the engines and the result need. */
export interface ResolvedCollective {
  readonly collective: Collective;
  readonly job: CollectiveJob;
  /** Bytes each NPU enters with, as asked for. */
  readonly bytes: number;
  /** Ranks that take part in one collective: the product of the dimensions involved. */
  readonly ranks: number;
  readonly engine: EngineChoice;
  readonly limits: RunLimits;
  readonly timeline: boolean;
  readonly linkStatistics: boolean;
  readonly warnings: readonly Warning[];
}

type Checked = v.InferOutput<typeof schema>;

/** Checks a spec and plans it. Throws one ConfigError with everything that is wrong. */
export function resolveCollective(spec: CollectiveSpec): ResolvedCollective {
  const checked = check(spec);
  const { collective, topology: dimensions, size: bytes, splits } = checked;
  const active = activeDimensions(checked);
  const npus = totalNpus(dimensions);
  if (!Number.isSafeInteger(npus)) {
    throw new ConfigError([{ path: 'topology', expected: 'fewer than 2^53 NPUs in all', got: show(npus) }]);
  }
  const chunking = cutIntoChunks(collective, bytes, splits, npus);
  checkChunking(chunking, checked, 2 * active.length - 1);
  const chunks = planChunks({
    collective,
    decomposition: checked.decomposition,
    dimensions,
    active,
    chunking,
    order: DIMENSION_ORDERS[collective === 'all-to-all' ? 'ascending' : checked.interDimensionScheduling],
  });

  const issues: Issue[] = [];
  for (const { resultBytes: output } of [...new Set(chunks)].flat()) {
    if (!Number.isSafeInteger(output))
      issues.push({ path: 'size', expected: 'fewer than 2^53 bytes after every phase', got: show(output) });
  }
  const { startTimes } = checked;
  if (startTimes !== undefined && startTimes.length !== npus) {
    issues.push({ path: 'startTimes', expected: `one time per NPU (${npus})`, got: show(startTimes) });
  }
  if (issues.length > 0) throw new ConfigError(issues);

  const job: CollectiveJob = {
    ...machineOf(checked),
    collective,
    chunks,
    endpoint: { delay: checked.endpointDelay, memoryBandwidth: checked.localMemoryBandwidth },
    startTimes,
  };
  return {
    collective,
    bytes,
    ranks: active.reduce((product, { dimension: { ranks } }) => product * ranks, 1),
    timeline: checked.timeline,
    warnings: [...(spec.warnings ?? []), ...planWarnings(checked, active, chunks)],
    engine: chooseEngine(job, checked),
    limits: {
      maxEvents: checked.maxEvents ?? Number.POSITIVE_INFINITY,
      signal: checked.signal,
      onProgress: checked.onProgress,
    },
    linkStatistics: checked.linkStatistics,
    job,
  };
}

/** Checks a spec and takes from it the machine alone: what is to be done on it may come later. */
export function resolveMachine(spec: CollectiveSpec): MachineModel {
  return machineOf(check(spec));
}

function machineOf(checked: Checked): MachineModel {
  const { topology, activeChunks, queuesPerDimension, network, routing, intraDimensionScheduling } = checked;
  const waitingOrder = WAITING_ORDERS[intraDimensionScheduling];
  return { dimensions: topology, activeChunks, queuesPerDimension, network, routing, waitingOrder };
}

function checkChunking({ bytes, chunkBytes }: Chunking, { splits, size }: Checked, mostPhases: number): void {
  if (chunkBytes === 0) {
    const expected = `at least one byte for each of the ${splits} splits of an all-gather`;
    throw new ConfigError([{ path: 'size', expected, got: show(size) }]);
  }
  const chunks = Math.ceil(bytes / chunkBytes);
  if (chunks > MAX_CHUNKS) {
    throw new ConfigError([{ path: 'splits', expected: `at most ${MAX_CHUNKS} chunks`, got: `${chunks} chunks` }]);
  }
  if (chunks * mostPhases > MAX_PHASES) {
    const expected = `at most ${MAX_PHASES} phases of all chunks together`;
    throw new ConfigError([{ path: 'splits', expected, got: `${chunks} chunks of up to ${mostPhases} phases` }]);
  }
}

/** Checks a spec field by field; a topology in shorthand is taken apart first. */
function check(spec: unknown): Checked {
  if (typeof spec !== 'object' || spec === null || !('topology' in spec) || typeof spec.topology !== 'string') {
    return parse(schema, spec);
  }
  const parts = readParts(spec.topology);
  const malformed = parts
    .filter((part) => 'expected' in part)
    .map((issue) => ({ ...issue, path: `topology${issue.path}` }));
  // Stand-ins for malformed parts, so that whatever else is wrong is found too.
  const topology = parts.map((part) =>
    'expected' in part ? { kind: 'ring', npus: 2, bandwidth: 1, latency: 0 } : part,
  );
  try {
    const checked = parse(schema, { ...spec, topology });
    if (malformed.length === 0) return checked;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError([...malformed, ...error.issues]);
  }
  throw new ConfigError(malformed);
}

/** The logical dimensions that take part, each with its algorithm (SPEC section 6). */
function activeDimensions({ topology, algorithms: given, involvedDimensions }: Checked): ActiveDimension[] {
  const list = Array.isArray(given) ? given : given.flat ? [given] : topology.map(() => given);
  const flat = list.find((one) => one.flat);
  const issues: Issue[] = [];
  if (flat !== undefined && list.length > 1) {
    issues.push({
      path: 'algorithms',
      expected: `${flat.name} alone, as it runs over all dimensions at once`,
      got: `a list of ${list.length}`,
    });
  }
  if (list.length > topology.length) {
    issues.push({
      path: 'algorithms',
      expected: `at most one per dimension (${topology.length})`,
      got: `a list of ${list.length}`,
    });
  }
  if (involvedDimensions !== undefined && involvedDimensions.length !== topology.length) {
    issues.push({
      path: 'involvedDimensions',
      expected: `one entry per dimension (${topology.length})`,
      got: `a list of ${involvedDimensions.length}`,
    });
  }
  if (issues.length > 0) throw new ConfigError(issues);

  const active = list
    .map((one, d) => ({ algorithm: one, dimension: one.flat ? everyNpu(topology) : physicalDimension(topology, d) }))
    .filter(({ dimension: { ranks, index } }) => ranks > 1 && (involvedDimensions?.[index] ?? true));
  if (active.length === 0) {
    const path = involvedDimensions === undefined ? 'topology' : 'involvedDimensions';
    throw new ConfigError([
      {
        path,
        expected: 'at least one dimension of two or more NPUs that takes part',
        got: 'none, so there is nobody to talk to',
      },
    ]);
  }
  return active;
}
