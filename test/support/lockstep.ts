import fc from 'fast-check';
import {
  type CollectiveSpec,
  ConfigError,
  type DimensionSpec,
  SimulationError,
  simulateCollective,
} from '../../src/index.js';

/** Dimensions that are equal or in proportion, so that phases of different dimensions end in one tick. */
const topologyArb = fc
  .record({
    kinds: fc.array(fc.constantFrom('ring', 'switch', 'fully-connected'), { minLength: 1, maxLength: 3 }),
    sizes: fc.constantFrom([2], [3], [4], [2, 4], [2, 3], [4, 2, 2], [3, 2, 2]),
    bandwidth: fc.constantFrom(1, 2, 50, 600),
    ratios: fc.constantFrom([1], [1], [2, 1], [1, 2], [4, 2, 1], [1, 2, 4]),
    latency: fc.constantFrom(0, 10, 500, 0.5),
    alike: fc.boolean(),
  })
  .map(({ kinds, sizes, bandwidth, ratios, latency, alike }) =>
    kinds.map((kind, d) => ({
      kind: alike ? (kinds[0] as string) : kind,
      npus: sizes[d % sizes.length] as number,
      bandwidth: bandwidth * (ratios[d % ratios.length] as number),
      latency,
    })),
  );

/** Specs in which much happens in one tick. */
export const inStep: fc.Arbitrary<CollectiveSpec> = fc
  .record({
    topology: topologyArb,
    collective: fc.constantFrom('all-reduce', 'reduce-scatter', 'all-gather', 'all-to-all'),
    size: fc.oneof(fc.integer({ min: 1, max: 4000 }), fc.constantFrom(2 ** 12, 2 ** 16, 2 ** 20, 48 * 1024)),
    algorithm: fc.constantFrom('ring', 'ring', 'direct', 'direct:2', 'halving-doubling', 'double-binary-tree'),
    decomposition: fc.constantFrom('baseline', 'local-bw-aware'),
    splits: fc.integer({ min: 1, max: 9 }),
    activeChunks: fc.integer({ min: 1, max: 4 }),
    queuesPerDimension: fc.integer({ min: 1, max: 3 }),
    interDimensionScheduling: fc.constantFrom('ascending', 'round-robin', 'themis', 'themis-flex'),
    intraDimensionScheduling: fc.constantFrom('fifo', 'smallest-first', 'fewest-remaining-phases-first'),
    endpointDelay: fc.constantFrom(0, 1, 10),
    localMemoryBandwidth: fc.constantFrom('unlimited', 1, 1600),
  })
  .map(({ algorithm, ...spec }) => ({ ...spec, algorithms: spec.topology.map(() => algorithm) }) as CollectiveSpec);

/** Finish times of every NPU, or what kept it from finishing. */
export function finish(spec: CollectiveSpec): unknown {
  try {
    const { npus, timeNs, finishNsByNpu } = simulateCollective(spec);
    return finishNsByNpu ?? new Array(npus).fill(timeNs);
  } catch (error) {
    if (error instanceof SimulationError) return 'deadlock';
    if (error instanceof ConfigError) return 'refused';
    throw error;
  }
}

/** Also larger dimensions, links without latency, messages that pass in no time, and algorithms of all kinds side by side. */
export const contended: fc.Arbitrary<CollectiveSpec> = fc
  .record({
    spec: inStep,
    sizes: fc.constantFrom(undefined, undefined, [5], [6, 2], [8], [2, 5], [3, 3], [4, 4]),
    kinds: fc.array(fc.constantFrom('ring', 'switch', 'fully-connected'), { minLength: 3, maxLength: 3 }),
    mixedKinds: fc.boolean(),
    algorithms: fc.option(
      fc.array(
        fc.constantFrom('ring', 'bidirectional-ring', 'direct', 'direct:2', 'halving-doubling', 'double-binary-tree'),
        {
          minLength: 3,
          maxLength: 3,
        },
      ),
    ),
    flat: fc.constantFrom(undefined, undefined, undefined, 'one-ring', 'one-direct', 'one-halving-doubling'),
    latency: fc.option(fc.constantFrom(0, 1, 3, 20, 1000)),
  })
  .map(({ spec, sizes, kinds, mixedKinds, algorithms, flat, latency }) => {
    const given = spec.topology as readonly DimensionSpec[];
    const topology = given.slice(0, sizes === undefined ? 3 : sizes.length).map((dimension, d) => ({
      ...dimension,
      ...(mixedKinds ? { kind: kinds[d] as string } : {}),
      ...(sizes === undefined ? {} : { npus: sizes[d % sizes.length] as number }),
      ...(latency === null ? {} : { latency }),
    }));
    const list = algorithms === null ? (spec.algorithms as string[]) : algorithms;
    return {
      ...spec,
      topology,
      algorithms: flat ?? list.slice(0, topology.length),
      network: 'congestion-aware',
      linkStatistics: true,
    } as unknown as CollectiveSpec;
  });

/** Everything that a simulation answers but for how it was made; or what kept it from finishing. */
export function everything(spec: CollectiveSpec): { readonly reason: string; readonly answer: unknown } {
  try {
    const { engine, bounds: _, ...answer } = simulateCollective(spec);
    return { reason: engine.reason, answer };
  } catch (error) {
    if (error instanceof SimulationError) return { reason: '', answer: 'deadlock' };
    if (error instanceof ConfigError) return { reason: '', answer: 'refused' };
    throw error;
  }
}
