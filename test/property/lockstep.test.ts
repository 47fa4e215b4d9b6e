import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CollectiveSpec, ConfigError, SimulationError, simulateCollective } from '../../src/index.js';

/** How many specs are tried; `LOCKSTEP_RUNS=1000000 npx vitest run test/property/lockstep.test.ts` for a night. */
const RUNS = Number(process.env['LOCKSTEP_RUNS'] ?? 4000);
const SEED = process.env['LOCKSTEP_SEED'];

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

const specArb = fc
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
function answer(spec: CollectiveSpec): unknown {
  try {
    const { npus, timeNs, finishNsByNpu } = simulateCollective(spec);
    return finishNsByNpu ?? new Array(npus).fill(timeNs);
  } catch (error) {
    if (error instanceof SimulationError) return 'deadlock';
    if (error instanceof ConfigError) return 'refused';
    throw error;
  }
}

test('one NPU for all, or every NPU: the same answer, deadlocks included', () => {
  fc.assert(
    fc.property(specArb, (spec) => {
      expect(answer(spec)).toEqual(answer({ ...spec, folding: 'off' }));
    }),
    { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
  );
});
