import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SWITCHINGS } from '../../src/base/words.js';
import { networkBoundOf } from '../../src/bounds/bounds.js';
import { planBound } from '../../src/bounds/plan-bound.js';
import { type AlgorithmName, type CollectiveSpec, type DimensionSpec, simulateCollective } from '../../src/index.js';
import { prepare } from '../../src/simulate.js';
import { specs } from '../support/arbitraries.js';
import { collectiveOf, readRows } from '../support/golden-rows.js';

const aware = (spec: CollectiveSpec): CollectiveSpec => ({ ...spec, network: 'congestion-aware' });
const small = { npus: 16, splits: 4, bytes: 2 ** 24 };

/** Every algorithm, the two that random specs leave out included: over any one to three dimensions. */
const everyAlgorithm: fc.Arbitrary<CollectiveSpec> = fc.oneof(
  specs(small),
  specs({ ...small, algorithms: ['ring'] }).map((spec): CollectiveSpec => {
    const flat = String(spec.algorithms).startsWith('one-');
    return { ...spec, algorithms: flat ? ('one-bidirectional-ring' as const) : ('bidirectional-ring' as const) };
  }),
  // A tree before the last dimension can deadlock (docs/model.md, section 10): it stands alone or last.
  specs({ ...small, dimensions: 2, algorithms: ['halving-doubling'], collectives: ['all-reduce'], flat: false }).map(
    ({ involvedDimensions: _, ...spec }): CollectiveSpec => {
      const single = (spec.topology as readonly DimensionSpec[]).length === 1;
      const tree: readonly AlgorithmName[] = ['double-binary-tree'];
      return { ...spec, algorithms: single ? tree : ['ring', ...tree] };
    },
  ),
);

describe('plan bound', () => {
  test('no time in the congestion-aware network is below it', () => {
    fc.assert(
      fc.property(everyAlgorithm, fc.constantFrom(...SWITCHINGS), (spec, switching) => {
        const { timeNs, bounds } = simulateCollective({ ...aware(spec), switching });
        expect(timeNs).toBeGreaterThanOrEqual(bounds.planNs);
        expect(bounds.planNs).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 300 },
    );
  });

  test('its most loaded links are those of the simulation, to the nanosecond and the byte', () => {
    fc.assert(
      fc.property(everyAlgorithm, (spec) => {
        const { links } = planBound(prepare(aware(spec)).job);
        const { dimensions } = simulateCollective(aware(spec));
        const simulated = dimensions.map(({ links: found }) => [found?.mostBusyNs ?? 0, found?.mostBytes ?? 0]);
        expect(links.map((load) => [load?.occupiedNs ?? 0, load?.bytes ?? 0])).toEqual(simulated);
      }),
      { numRuns: 300 },
    );
  });

  test('late starts shift it', () => {
    fc.assert(
      fc.property(everyAlgorithm, fc.nat(1000), (spec, late) => {
        const { npus, bounds } = simulateCollective(aware(spec));
        const startTimes = Array.from({ length: npus }, (_, npu) => late + (npu % 3));
        const shifted = simulateCollective({ ...aware(spec), startTimes });
        expect(shifted.bounds.planNs).toBe(bounds.planNs + late);
        expect(shifted.timeNs).toBeGreaterThanOrEqual(shifted.bounds.planNs);
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    ['congestion-aware', 1001, 299],
    ['congestion-aware-multidim', 732, 131],
  ])('golden %s: never below, often equal', (file, count, equal) => {
    const ratios = readRows(file)
      .filter(({ outcome }) => outcome === 'ok')
      .map((row) => simulateCollective(collectiveOf(row)).bounds.timeOverPlan);
    expect(ratios.filter((ratio) => ratio < 1)).toEqual([]);
    expect([ratios.length, ratios.filter((ratio) => ratio === 1).length]).toEqual([count, equal]);
  });
});

describe('network bound', () => {
  test('no plan that loses nothing to rounding puts less on its links', () => {
    // Bandwidth 1 and whole latencies: nothing is truncated. Chunks and their halves can be shared out evenly, twice.
    fc.assert(
      fc.property(everyAlgorithm, (drawn) => {
        const topology = (drawn.topology as readonly { npus: number; latency: number }[]).map((dimension) => ({
          ...dimension,
          bandwidth: 1,
          latency: Math.floor(dimension.latency),
        })) as unknown as CollectiveSpec['topology'];
        const npus = (topology as readonly { npus: number }[]).reduce(
          (product, dimension) => product * dimension.npus,
          1,
        );
        const spec = aware({ ...drawn, topology, splits: 2, size: 4 * npus ** 2 * (1 + ((drawn.size as number) % 7)) });
        const { timeNs, bounds } = simulateCollective(spec);
        expect(timeNs).toBeGreaterThanOrEqual(bounds.networkNs);
      }),
      { numRuns: 300 },
    );
  });

  test('of a job is that of the dimensions that take part', () => {
    const topology = 'ring(4, 1 GB/s, 10 ns) x switch(2, 2 GB/s, 0 ns)';
    const spec = { collective: 'all-gather', topology, size: 800, involvedDimensions: [false, true] } as const;
    // The other NPU's 800 bytes over one link of 2 bytes per ns.
    expect(networkBoundOf(prepare(spec).job)).toEqual({
      ...{ ns: 400, because: 'cut', dimensions: [1], width: 1 },
    });
  });
});
