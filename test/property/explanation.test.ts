import fc from 'fast-check';
import { expect, test } from 'vitest';
import { explainCollective } from '../../src/explain/explain.js';
import { COSTS } from '../../src/explain/phase-cost.js';
import { type AlgorithmName, type CollectiveSpec, type DimensionSpec, simulateCollective } from '../../src/index.js';
import { specs } from '../support/arbitraries.js';

const limits = { npus: 8, splits: 4, bytes: 2 ** 20 };

/** Trees stand alone or last: below the top they can deadlock. */
const trees = specs({
  ...limits,
  dimensions: 2,
  algorithms: ['halving-doubling'],
  collectives: ['all-reduce'],
  flat: false,
}).map(({ involvedDimensions: _, ...spec }): CollectiveSpec => {
  const single = (spec.topology as readonly DimensionSpec[]).length === 1;
  const tree: readonly AlgorithmName[] = ['double-binary-tree'];
  return { ...spec, algorithms: single ? tree : ['ring', ...tree] };
});

const drawn = fc.record({
  spec: fc.oneof({ weight: 2, arbitrary: specs(limits) }, { weight: 1, arbitrary: trees }),
  network: fc.constantFrom('congestion-unaware' as const, 'congestion-aware' as const),
  /** Start times of NPUs, dealt round; undefined: all at 0. */
  starts: fc.option(fc.array(fc.nat(5000), { minLength: 2, maxLength: 8 }), { nil: undefined }),
});

test('the parts of an explanation are never negative and add up to the time; its path has no gap', () => {
  fc.assert(
    fc.property(drawn, ({ spec, network, starts }) => {
      const { npus } = simulateCollective({ ...spec, network });
      const startTimes = starts && Array.from({ length: npus }, (_, npu) => starts[npu % starts.length] as number);
      const asked = { ...spec, network, ...(startTimes === undefined ? {} : { startTimes }) };
      const { result, phases, criticalPath, spent, spentByDimension } = explainCollective(asked);
      for (const phase of phases) {
        const parts = COSTS.map((cost) => phase[cost]);
        expect(parts.filter((part) => !(part >= 0))).toEqual([]);
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(phase.durationNs);
        // A phase that runs in lockstep waits for nothing.
        if (result.engine.name === 'phase') expect(phase.waitingNs).toBe(0);
      }
      expect(COSTS.filter((cost) => !(spent[cost] >= 0))).toEqual([]);
      expect(COSTS.reduce((sum, cost) => sum + spent[cost], 0)).toBe(result.timeNs);
      const [first] = criticalPath;
      const begun = first?.startNs ?? 0;
      expect(startTimes ?? [0]).toContain(begun);
      expect(spentByDimension.reduce((sum, ns) => sum + ns, 0)).toBe(result.timeNs - begun);
      expect(criticalPath.at(-1)?.endNs).toBe(result.timeNs);
      for (const [i, { startNs }] of criticalPath.slice(1).entries()) expect(startNs).toBe(criticalPath[i]?.endNs);
    }),
    { numRuns: 120 },
  );
});
