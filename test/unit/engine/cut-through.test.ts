import { expect, test } from 'vitest';
import { type CollectiveSpec, simulateCollective } from '../../../src/index.js';

const spec: CollectiveSpec = {
  ...{ collective: 'all-gather', topology: 'switch(4, 1 GB/s, 100 ns)', size: 1000, splits: 1, endpointDelay: 0 },
  ...{ network: 'congestion-aware', switching: 'cut-through' },
};

test('a message is on both links of a switch at once, whether one NPU stands for all or not', () => {
  // Each of three steps: two hops, and one serialisation.
  const times = (['auto', 'off'] as const).map((folding) => simulateCollective({ ...spec, folding }).timeNs);
  expect(times).toEqual([3 * (200 + 1000), 3 * (200 + 1000)]);
});

test('the bound of the plan knows it', () => {
  const { bounds, warnings } = simulateCollective(spec);
  expect(bounds.planNs).toBe(3 * (200 + 1000));
  expect(warnings).toEqual([]);
});
