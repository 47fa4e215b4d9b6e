import * as v from 'valibot';
import { ConfigError } from '../../base/errors.js';
import { didYouMean, nameIn, parse, whole } from '../../base/validate.js';
import type { Warning } from '../../base/warnings.js';
import { COLLECTIVES, type Collective } from '../../collectives/collective.js';
import { NETWORK_MODELS, type NetworkModel } from '../../engine/job.js';
import type { CollectiveSpec } from '../../spec/spec.js';
import {
  ALGORITHM_NAMES,
  algorithmName,
  INTER_DIMENSION_NAMES,
  INTRA_DIMENSION_NAMES,
  OPTIMIZATION_NAMES,
  POLICY_NAMES,
  TOPOLOGY_NAMES,
} from './names.js';

/** One collective in the reference's own terms: its network and system files as objects. */
export interface AstraSimCollective {
  /** The network file: `topology`, `npus_count`, `bandwidth` (GiB/s), `latency` (ns), one entry per dimension. */
  readonly network: unknown;
  /** The system file. */
  readonly system: unknown;
  readonly collective: Collective;
  /** Bytes each NPU enters with. */
  readonly bytes: number;
  /** Default `"congestion-unaware"`. */
  readonly backend?: NetworkModel;
  /** Queues per dimension (`--num-queues-per-dim`). Default 1. */
  readonly queuesPerDim?: number;
  /** The workload node's `involved_dim`; entries beyond the dimensions are ignored. */
  readonly involvedDim?: readonly boolean[];
}

/** In files in the wild, and read by nothing in the analytical backends. */
const DEAD_SYSTEM_KEYS = ['boost-mode', 'L', 'o', 'g', 'G', 'model-shared-bus', 'local-mem-latency'];
/** Mean something for a workload, nothing for a single collective. */
const WORKLOAD_SYSTEM_KEYS = [
  'peak-perf',
  'roofline-enabled',
  'replay-only',
  'trace-enabled',
  'track-local-mem',
  'local-mem-trace-filename',
  'remote-mem-bw',
  'remote-mem-latency',
  'per-node-custom-implementation',
  ...COLLECTIVES.map((collective) => `${collective}-implementation-custom`),
];

const positive = v.pipe(v.number('a number above 0'), v.finite('a number above 0'), v.gtValue(0, 'a number above 0'));
const atLeastZero = v.pipe(
  v.number('a number of at least 0'),
  v.finite('a finite number'),
  v.minValue(0, 'a number of at least 0'),
);

const network = v.looseObject({
  topology: v.array(nameIn(TOPOLOGY_NAMES), 'a list of topology names'),
  npus_count: v.array(whole(1, 2 ** 31 - 1), 'a list of NPU counts'),
  bandwidth: v.array(positive, 'a list of bandwidths in GiB/s'),
  latency: v.array(atLeastZero, 'a list of latencies in ns'),
});

const algorithms = v.optional(
  v.array(
    v.pipe(
      v.string('the name of an algorithm'),
      v.check(
        (name) => algorithmName(name) !== undefined,
        `one of ${ALGORITHM_NAMES.join(', ')}, the direct ones with or without a window`,
      ),
      v.transform((name) => algorithmName(name) as NonNullable<ReturnType<typeof algorithmName>>),
    ),
    'a list of algorithm names',
  ),
  ['ring'],
);

const system = v.looseObject({
  'scheduling-policy': v.optional(nameIn(POLICY_NAMES), 'FIFO'),
  'inter-dimension-scheduling': v.optional(nameIn(INTER_DIMENSION_NAMES), 'ascending'),
  'intra-dimension-scheduling': v.optional(nameIn(INTRA_DIMENSION_NAMES), 'FIFO'),
  'endpoint-delay': v.optional(whole(0, Number.MAX_SAFE_INTEGER), 10),
  'active-chunks-per-dimension': v.optional(whole(1, 2 ** 31 - 1), 1),
  'preferred-dataset-splits': v.optional(whole(1, 2 ** 24), 1),
  'collective-optimization': v.optional(nameIn(OPTIMIZATION_NAMES), 'baseline'),
  'local-mem-bw': v.optional(positive, 1600),
  'all-reduce-implementation': algorithms,
  'all-gather-implementation': algorithms,
  'reduce-scatter-implementation': algorithms,
  'all-to-all-implementation': algorithms,
});

/**
 * Turns the reference's network and system files (parsed, as objects) into a spec.
 * Keys that nothing reads are reported as warnings in the result.
 *
 * @example
 * const result = simulateCollective(fromAstraSim({
 *   network: { topology: ['Ring'], npus_count: [16], bandwidth: [600], latency: [500] },
 *   system: { 'preferred-dataset-splits': 4, 'all-reduce-implementation': ['ring'] },
 *   collective: 'all-reduce',
 *   bytes: 1048576,
 * }));
 * @throws ConfigError when a value is wrong.
 */
export function fromAstraSim(input: AstraSimCollective): CollectiveSpec {
  const schema = v.looseObject({
    network,
    system,
    collective: v.picklist(COLLECTIVES),
    backend: v.optional(v.picklist(NETWORK_MODELS), 'congestion-unaware'),
    queuesPerDim: v.optional(whole(1, 1024), 1),
    involvedDim: v.optional(v.array(v.boolean('true or false'), 'a list of true or false')),
  });
  const { network: net, system: sys, collective, backend, queuesPerDim, involvedDim } = parse(schema, input);
  const count = net.topology.length;
  const uneven = (['npus_count', 'bandwidth', 'latency'] as const).filter((key) => net[key].length !== count);
  if (uneven.length > 0) {
    throw new ConfigError(
      uneven.map((key) => ({
        path: `network.${key}`,
        expected: `one entry per dimension (${count})`,
        got: `a list of ${net[key].length}`,
      })),
    );
  }
  return {
    collective,
    network: backend,
    size: input.bytes,
    topology: net.topology.map((kind, d) => ({
      kind,
      npus: net.npus_count[d] as number,
      // "GB/s" in these files means GiB/s; this order of operations gives the reference's bits (SPEC section 1).
      bandwidth: ((net.bandwidth[d] as number) * 2 ** 30) / 1e9,
      latency: net.latency[d] as number,
    })),
    algorithms: sys[`${collective}-implementation`],
    decomposition: sys['collective-optimization'],
    splits: sys['preferred-dataset-splits'],
    activeChunks: sys['active-chunks-per-dimension'],
    scheduling: sys['scheduling-policy'],
    interDimensionScheduling: sys['inter-dimension-scheduling'],
    intraDimensionScheduling: sys['intra-dimension-scheduling'],
    endpointDelay: sys['endpoint-delay'],
    localMemoryBandwidth: sys['local-mem-bw'],
    queuesPerDimension: queuesPerDim,
    ...(involvedDim === undefined ? {} : { involvedDimensions: net.topology.map((_, d) => involvedDim[d] ?? true) }),
    warnings: [
      ...keyWarnings('network', net, []),
      ...keyWarnings('system', sys, [...WORKLOAD_SYSTEM_KEYS]),
      ...schedulingWarnings(sys),
    ],
  };
}

/** Warns of every key that is not in the schema: known to be dead, or unknown. */
function keyWarnings(file: 'network' | 'system', given: object, alsoKnown: readonly string[]): Warning[] {
  const known = [...Object.keys(file === 'network' ? network.entries : system.entries), ...alsoKnown];
  return Object.keys(given)
    .filter((key) => !known.includes(key))
    .map((key) => {
      if (file === 'system' && DEAD_SYSTEM_KEYS.includes(key)) {
        return { code: 'dead-key', message: `${file} key "${key}" is read by nothing in the analytical backends` };
      }
      const { hint } = didYouMean(key, known);
      return {
        code: 'unknown-key',
        message: `${file} key "${key}" is unknown and changes nothing${hint === undefined ? '' : ` (${hint})`}`,
      };
    });
}

/** The current reference reads these keys no more: it would not give the same number. */
function schedulingWarnings(sys: v.InferOutput<typeof system>): Warning[] {
  const inForce = {
    'inter-dimension-scheduling': sys['inter-dimension-scheduling'] !== 'ascending',
    'intra-dimension-scheduling': sys['intra-dimension-scheduling'] !== 'fifo',
  };
  return Object.entries(inForce)
    .filter(([, honoured]) => honoured)
    .map(([key]) => ({
      code: 'reference-ignores',
      message: `system key "${key}" is honoured here; the current reference ignores it (ascending order, FIFO within a queue)`,
    }));
}
