import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type CollectiveSpec,
  ConfigError,
  type DimensionSpec,
  SimulationError,
  simulateCollective,
} from '../../src/index.js';

/** How many specs are tried; `SEED=random LOCKSTEP_RUNS=1000000 npx vitest run test/property/lockstep.test.ts` for a night. */
const RUNS = Number(process.env['LOCKSTEP_RUNS'] ?? 4000);
/** The same with links that messages contend for. */
const LINK_RUNS = Number(process.env['LOCKSTEP_LINK_RUNS'] ?? 2000);
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

/** Also larger dimensions, links without latency, messages that pass in no time, and algorithms of all kinds side by side. */
const contendedArb = fc
  .record({
    spec: specArb,
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
function everything(spec: CollectiveSpec): { readonly reason: string; readonly answer: unknown } {
  try {
    const { engine, bounds: _, ...answer } = simulateCollective(spec);
    return { reason: engine.reason, answer };
  } catch (error) {
    if (error instanceof SimulationError) return { reason: '', answer: 'deadlock' };
    if (error instanceof ConfigError) return { reason: '', answer: 'refused' };
    throw error;
  }
}

test('links of one NPU for those of all, or every link: the same answer in every field', () => {
  const counts = { folded: 0, 'started over': 0, 'not folded': 0 };
  fc.assert(
    fc.property(contendedArb, (spec) => {
      const { reason, answer: folded } = everything(spec);
      if (reason.includes('for all')) counts.folded++;
      else if (reason.includes('at once')) counts['started over']++;
      else counts['not folded']++;
      // Else it was every NPU that answered.
      if (!reason.includes('every NPU')) expect(folded).toEqual(everything({ ...spec, folding: 'off' }).answer);
    }),
    { numRuns: LINK_RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
  );
  process.stdout.write(`links: ${JSON.stringify(counts)}\n`);
  expect(counts.folded).toBeGreaterThan(LINK_RUNS / 4);
});
