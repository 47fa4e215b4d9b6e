import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Placements, placementKey } from '../../../src/training/placement.js';
import type { Axis, PlanSpec } from '../../../src/training/plan-spec.js';
import { simulateTraining } from '../../../src/training/simulate-training.js';
import { checkTraining, type TrainingOptions } from '../../../src/training/training-options.js';
import { tuneTraining } from '../../../src/training/tune-training.js';

const model = { style: 'gpt', layers: 8, hidden: 64, heads: 8, vocabulary: 64, sequence: 32 } as const;
const accelerator = { name: 'any', peak: { bf16: 1e14 }, memoryBytes: 80e9, memoryBandwidth: 1000 };

const ORDERS: readonly Axis[][] = permutations(['tensor', 'context', 'data', 'pipeline']);

function permutations(axes: readonly Axis[]): Axis[][] {
  if (axes.length < 2) return [[...axes]];
  return axes.flatMap((one) => permutations(axes.filter((other) => other !== one)).map((rest) => [one, ...rest]));
}

function keyOf(options: TrainingOptions): string {
  const { dimensions, plan } = checkTraining(options);
  return placementKey(dimensions, plan);
}

const on = (topology: string, plan: Omit<PlanSpec, 'globalBatch'>): TrainingOptions => {
  return { model, cluster: { accelerator, topology }, plan: { globalBatch: 32, ...plan } };
};

/** Different placements of a plan among all orders of its axes. */
const placements = (options: TrainingOptions) =>
  new Set(ORDERS.map((order) => keyOf({ ...options, plan: { ...options.plan, order } }))).size;

test('what fills a dimension and what is one wide makes no difference', () => {
  // Two axes on one switch: neither is nearer.
  expect(placements(on('switch(8, 100, 500)', { tensor: 2, data: 4 }))).toBe(1);
  // On a ring one of them has its ranks next to each other, the other two or four apart.
  expect(placements(on('ring(8, 100, 500)', { tensor: 2, data: 4 }))).toBe(2);
  // In a box of two: either axis; eight of the other.
  expect(placements(on('switch(2, 300, 500) x switch(8, 100, 500)', { tensor: 2, data: 8 }))).toBe(2);
  // Tensor fills the box: the others share a switch. Any other axis in front, and it does not.
  const full = on('switch(4, 300, 500) x switch(4, 100, 500)', { tensor: 4, data: 2, pipeline: 2 });
  const first = (axis: Axis) => ORDERS.filter(([one]) => one === axis);
  expect(new Set(first('tensor').map((order) => keyOf({ ...full, plan: { ...full.plan, order } }))).size).toBe(1);
});

const topology = fc.constantFrom(
  'switch(2, 300, 500) x switch(8, 25, 1000)',
  'ring(4, 300, 500) x switch(4, 25, 1000)',
  'ring(16, 100, 700)',
  'fully-connected(4, 64, 500) x ring(4, 50, 900)',
  'switch(4, 300, 500) x ring(2, 100, 700) x switch(2, 25, 1000)',
);
const degrees = fc.constantFrom([2, 1, 2, 4], [4, 1, 2, 2], [2, 2, 2, 2], [1, 1, 4, 4], [8, 1, 1, 2], [2, 4, 2, 1]);
const order = fc.shuffledSubarray<Axis>(['tensor', 'context', 'data', 'pipeline'], { minLength: 4 });

test('orders with one key take the same time', () => {
  let same = 0;
  fc.assert(
    fc.property(
      topology,
      degrees,
      fc.array(order, { minLength: 6, maxLength: 6 }),
      fc.constantFrom(1, 2),
      fc.boolean(),
      (where, [tensor = 1, context = 1, pipeline = 1, data = 1], orders, chunks, sequenceParallel) => {
        const plan = { tensor, context, pipeline, data, sequenceParallel, ...(pipeline > 1 ? { chunks } : {}) };
        const times = new Map<string, number>();
        for (const one of orders) {
          const options = on(where, { ...plan, order: one });
          const [key, { stepNs }] = [keyOf(options), simulateTraining(options)];
          if (times.has(key)) same++;
          expect(times.get(key) ?? stepNs).toBe(stepNs);
          times.set(key, stepNs);
        }
      },
    ),
    { numRuns: 150 },
  );
  expect(same).toBeGreaterThan(100);
});

test('the first of those that are alike is found once for all plans of the same degrees', () => {
  const { dimensions, plan } = checkTraining(on('switch(8, 100, 500)', { tensor: 2, data: 4 }));
  const found = new Placements(ORDERS).firstAlike(plan, dimensions);
  expect(found).toEqual(ORDERS.map(() => 0));
  const placed = new Placements(ORDERS);
  expect(placed.firstAlike({ ...plan, microBatch: 2 }, dimensions)).toBe(placed.firstAlike(plan, dimensions));
});

test('tuning simulates one of those that are alike, and counts the others', () => {
  const options = on('switch(2, 300, 500) x switch(8, 25, 1000)', {});
  const all = { tensor: [1, 2], pipeline: [2, 4], order: ORDERS };
  const { counts, best, knobs } = tuneTraining(options, all);
  const each = [1, 2].flatMap((tensor) =>
    [2, 4].map((pipeline) => placements({ ...options, plan: { ...options.plan, tensor, pipeline } })),
  );
  const simulated = each.reduce((sum, one) => sum + one, 0);
  expect(counts).toEqual({ all: 96, invalid: 0, identical: 96 - simulated, tooLarge: 0, simulated });
  // As good as without: the least over all orders, and of each order over all degrees.
  const times = ORDERS.map((one) =>
    Math.min(...[1, 2].flatMap((tensor) => [2, 4].map((pipeline) => timeOf({ tensor, pipeline, order: one })))),
  );
  function timeOf(plan: Partial<PlanSpec>): number {
    return simulateTraining({ ...options, plan: { ...options.plan, ...plan } }).stepNs;
  }
  expect(best?.stepNs).toBe(Math.min(...times));
  const worth = new Map(knobs.find(({ knob }) => knob === 'order')?.values.map(({ value, stepNs }) => [value, stepNs]));
  expect(ORDERS.map((one) => worth.get(JSON.stringify(one)))).toEqual(times);
});
