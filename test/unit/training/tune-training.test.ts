import { expect, test } from 'vitest';
import { bestChanges, bottleneckOf } from '../../../src/training/changes.js';
import { plansOf } from '../../../src/training/plans-of.js';
import { simulateTraining } from '../../../src/training/simulate-training.js';
import type { TrainingOptions } from '../../../src/training/training-options.js';
import { tuneTraining } from '../../../src/training/tune-training.js';

const options: TrainingOptions = {
  model: 'megatron-22b',
  cluster: 'dgx-a100 x 64',
  plan: { globalBatch: 128, tensor: 8, recompute: 'full' },
};

test('the changes that help most are simulated, fit, and are in order', () => {
  const before = simulateTraining(options);
  const changes = bestChanges(options);
  expect(changes).toHaveLength(5);
  for (const { plan, result, gain } of changes) {
    expect(simulateTraining({ ...options, plan }).stepNs).toBe(result.stepNs);
    expect(gain).toBeCloseTo(1 - result.stepNs / before.stepNs, 12);
    expect(result.fits).toBe(true);
    expect(result.npus).toBe(64);
  }
  expect(changes.map(({ gain }) => gain)).toEqual(changes.map(({ gain }) => gain).toSorted((a, b) => b - a));
  expect(changes.map(({ name }) => name)).toContain('fusedAttention: false -> true');
  expect(
    bestChanges({ ...options, cluster: 'dgx-a100', plan: { ...options.plan, data: 8 } }).map(({ name }) => name),
  ).toEqual(changes.map(({ name }) => name));
});

test.each([-1, 0.5, 101, Number.NaN, '5', null, 10n])('a number of changes that is none: %#', (most) => {
  expect(() => bestChanges(options, most as number)).toThrow(/^most: expected a whole number from 0 to 100/);
});

test('GPipe holds what all micro-batches leave: another schedule makes it fit', () => {
  // Inputs of 48 layers, 4 sequences: 48 x 4 x 2048 x 6144 x 2 = 4.8 GB of each of 8 micro-batches, beside 50 GB of weights and so on.
  const plan = { ...options.plan, globalBatch: 256, microBatch: 4, schedule: 'gpipe' } as const;
  const gpipe: TrainingOptions = { ...options, plan };
  expect(simulateTraining(gpipe).fits).toBe(false);
  const [first] = bestChanges(gpipe, 100).filter(({ option }) => option === 'schedule');
  expect(first).toMatchObject({ name: 'schedule: gpipe -> 1f1b', plan: { schedule: '1f1b' } });
  expect(first?.result.fits).toBe(true);
});

test('beside measured durations nothing changes that was measured', () => {
  const durations = { core: { forwardNs: 1e6, backwardNs: 2e6 } };
  const names = bestChanges({ ...options, durations }, 100).map(({ option }) => option);
  expect(names).toContain('recompute');
  expect(names.filter((name) => ['tensor', 'microBatch', 'context', 'fusedAttention'].includes(name))).toEqual([]);
});

test('the bottleneck is the largest part that is neither forward nor backward', () => {
  expect(bottleneckOf(simulateTraining(options).breakdown)).toBe('recomputed');
});

const order = ['tensor', 'context', 'data', 'pipeline'];
const space = { tensor: [2, 3, 8], pipeline: [1, 2], recompute: ['none', 'full'], microBatch: [1, 2] } as const;

test('a space is every combination, the last knob fastest', () => {
  const plans = [...plansOf({ globalBatch: 8 }, { tensor: [1, 2], zero: [0, 1] })];
  expect(plans.map(({ tensor, zero }) => [tensor, zero])).toEqual([
    [1, 0],
    [1, 1],
    [2, 0],
    [2, 1],
  ]);
});

test('invalid and too large points are counted, the rest simulated; the best is the best', () => {
  const { best, front, knobs, counts } = tuneTraining(options, space);
  // Tensor 3 does not divide: a third of 24.
  expect(counts).toMatchObject({ all: 24, invalid: 8 });
  expect(counts.tooLarge + counts.simulated).toBe(16);
  expect(counts.tooLarge).toBeGreaterThan(0);
  const times = [...plansOf(options.plan, space)].flatMap((plan) => {
    if (plan.tensor === 3) return [];
    const { stepNs, fits } = simulateTraining({ ...options, plan });
    return fits ? [stepNs] : [];
  });
  expect(times).toHaveLength(counts.simulated);
  expect(best?.stepNs).toBe(Math.min(...times));
  expect(front[0]).toEqual(best);
  for (const [i, { memoryBytes }] of front.entries()) {
    if (i > 0) expect(memoryBytes).toBeLessThan(front[i - 1]?.memoryBytes as number);
  }
  for (const { values } of knobs) expect(Math.min(...values.map(({ stepNs }) => stepNs))).toBe(best?.stepNs);
});

test.each<[object, RegExp]>([
  [{ tensor: [] }, /^space\.tensor: expected at least one value, got a list of 0$/],
  [{ tensor: [8, 4, 8] }, /^space\.tensor: expected each value once, got a list of 3$/],
  [{ order: [order, [...order]] }, /^space\.order: expected each value once/],
  [{ zero: [0, '0'] }, /^space\.zero\[1\]: expected 0, 1, 2 or 3, got "0"$/],
  [{ bucket: ['1 MB', 'x'] }, /^space\.bucket\[1\]: expected a number \(bytes\)/],
  [{ tensr: [1] }, /^space\.tensr: expected one of the keys .*did you mean "tensor"/],
])('a space that is none: %j', (wrong, message) => {
  expect(() => tuneTraining(options, wrong)).toThrow(message);
});

test('shards make up the whole', () => {
  const parts = [0, 1, 2].map((index) => tuneTraining(options, space, { shard: { index, of: 3 } }));
  const whole = tuneTraining(options, space);
  expect(parts.reduce((sum, { counts }) => sum + counts.simulated, 0)).toBe(whole.counts.simulated);
  expect(Math.min(...parts.map(({ best }) => best?.stepNs ?? Infinity))).toBe(whole.best?.stepNs);
});

test('an abort ends it', () => {
  expect(() => tuneTraining(options, space, { signal: AbortSignal.abort() })).toThrow('aborted');
});
