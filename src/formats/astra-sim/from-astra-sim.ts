import * as v from 'valibot';
import { readAll } from '../../base/errors.js';
import { keys, parse, quantity, whole } from '../../base/validate.js';
import { NETWORK_MODELS, type NetworkModel } from '../../base/words.js';
import { SYMMETRIC_COLLECTIVES, type SymmetricCollective } from '../../collectives/collective.js';
import type { CollectiveSpec } from '../../spec/spec.js';
import { readNetworkFile } from './network-file.js';
import { machineOf, readSystemFile } from './system-file.js';

/** One collective in the reference's terms: its network and system files as objects. */
export interface AstraSimCollective {
  /** The network file: `topology`, `npus_count`, `bandwidth` (GiB/s), `latency` (ns), one entry per dimension. */
  readonly network: unknown;
  /** The system file. */
  readonly system: unknown;
  readonly collective: SymmetricCollective;
  /** Bytes each NPU enters with. */
  readonly bytes: number;
  /** Default `"congestion-unaware"`. */
  readonly backend?: NetworkModel;
  /** Queues per dimension (`--num-queues-per-dim`). Default 1. */
  readonly queuesPerDim?: number;
  /** The workload node's `involved_dim`; entries beyond the dimensions are ignored. */
  readonly involvedDim?: readonly boolean[];
}

const schema = keys({
  network: v.unknown(),
  system: v.unknown(),
  collective: v.picklist(SYMMETRIC_COLLECTIVES),
  bytes: quantity('bytes', { atLeast: 1, whole: true }),
  backend: v.optional(v.picklist(NETWORK_MODELS), 'congestion-unaware'),
  queuesPerDim: v.optional(whole(1, 1024), 1),
  involvedDim: v.optional(v.array(v.boolean('true or false'), 'a list of true or false')),
});

/**
 * Turns the reference's network and system files (parsed, as objects) into a spec.
 * Keys that nothing reads give warnings in the result.
 *
 * @example
 * const result = simulateCollective(fromAstraSim({
 *   network: { topology: ['Ring'], npus_count: [16], bandwidth: [600], latency: [500] },
 *   system: { 'preferred-dataset-splits': 4, 'all-reduce-implementation': ['ring'] },
 *   collective: 'all-reduce',
 *   bytes: 1048576,
 * }));
 * @throws ConfigError if a value is wrong.
 */
export function fromAstraSim(input: AstraSimCollective): CollectiveSpec {
  const { network, system: file, collective, bytes, backend, queuesPerDim, involvedDim } = parse(schema, input);
  const [{ topology, warnings }, { system, warnings: ignored }] = readAll(
    () => readNetworkFile(network, 'network'),
    () => readSystemFile(file, 'system'),
  );
  return {
    ...machineOf(system),
    collective,
    network: backend,
    size: bytes,
    topology,
    algorithms: system[`${collective}-implementation`],
    decomposition: system['collective-optimization'],
    splits: system['preferred-dataset-splits'],
    queuesPerDimension: queuesPerDim,
    ...(involvedDim === undefined ? {} : { involvedDimensions: topology.map((_, d) => involvedDim[d] ?? true) }),
    warnings: [...warnings, ...ignored],
  };
}
