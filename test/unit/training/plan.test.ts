import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { axisStrides, coordinatesOf, groupRanks, membersOf, npuAt } from '../../../src/training/layout.js';
import { readModel } from '../../../src/training/model.js';
import { layersOf, readPlan } from '../../../src/training/plan.js';
import type { PlanSpec } from '../../../src/training/plan-spec.js';
import { MODEL_PRESETS } from '../../../src/training/presets.js';
import { passesOf, peakHeld } from '../../../src/training/schedule.js';

const gpt3 = readModel(MODEL_PRESETS['gpt3-175b']);
const mixtral = readModel(MODEL_PRESETS['mixtral-8x7b']);

describe('what does not divide is named', () => {
  test.each<[PlanSpec, RegExp]>([
    [{ globalBatch: 100, tensor: 5 }, /tensor: expected a divisor of the model's heads \(96\), got 5/],
    [{ globalBatch: 100, data: 8 }, /globalBatch: expected a multiple of data x microBatch \(8\), got 100/],
    [{ globalBatch: 64, pipeline: 97 }, /pipeline: expected a layer for each chunk, of 96 layers, got 97 chunks/],
    [{ globalBatch: 64, pipeline: 6, schedule: 'interleaved' }, /micro-batches that are a multiple of pipeline/],
    [{ globalBatch: 64, schedule: 'interleaved' }, /schedule: expected a pipeline of several stages/],
    [{ globalBatch: 64, chunks: 2 }, /chunks: expected a pipeline of several stages/],
    [
      { globalBatch: 64, pipeline: 2, schedule: '1f1b', chunks: 2 },
      /chunks: expected the interleaved schedule, got 1f1b/,
    ],
    [{ globalBatch: 64, expert: 2, data: 2 }, /expert: expected a divisor of the model's experts \(1\)/],
    [
      { globalBatch: 64, context: 3 },
      /context: expected parts of equal length of a sequence of 2048 tokens, got 3 parts/,
    ],
    [
      { globalBatch: 64, order: ['tensor'] } as unknown as PlanSpec,
      /order: expected tensor, context, data, pipeline, each once/,
    ],
    [{ globalBatch: 64, tensr: 2 } as unknown as PlanSpec, /did you mean "tensor"/],
  ])('%j', (spec, message) => expect(() => readPlan(spec, gpt3)).toThrow(message));
});

test('layers that do not divide are spread as evenly as may be', () => {
  const llama = readModel(MODEL_PRESETS['llama3-405b']);
  const plan = readPlan({ globalBatch: 16, pipeline: 16 }, llama);
  const sizes = Array.from({ length: 16 }, (_, stage) => layersOf(llama, plan, stage, 0)).map(([a, b]) => b - a);
  // 126 = 14 x 8 + 2 x 7
  expect(sizes.toSorted()).toEqual([7, 7, ...new Array(14).fill(8)]);
});

test('1F1B on two stages, four micro-batches', () => {
  const plan = readPlan({ globalBatch: 4, pipeline: 2 }, gpt3);
  const text = (stage: number) =>
    passesOf(plan, stage)
      .map((one) => `${one.direction[0]}${one.microBatch}`)
      .join(' ');
  expect(text(0)).toBe('f0 f1 b0 f2 b1 f3 b2 b3');
  expect(text(1)).toBe('f0 b0 f1 b1 f2 b2 f3 b3');
});

test('GPipe goes all the way, then back from the last', () => {
  const plan = readPlan({ globalBatch: 3, pipeline: 2, schedule: 'gpipe' }, gpt3);
  expect(
    passesOf(plan, 0)
      .map((one) => `${one.direction[0]}${one.microBatch}`)
      .join(' '),
  ).toBe('f0 f1 f2 b2 b1 b0');
});

test('interleaved: two stages of two chunks, four micro-batches', () => {
  const plan = readPlan({ globalBatch: 4, pipeline: 2, schedule: 'interleaved' }, gpt3);
  const text = passesOf(plan, 0).map((one) => `${one.direction[0]}${one.microBatch}.${one.chunk}`);
  // Ahead: 2 x 1 + 1 x 2 = 4.
  expect(text.slice(0, 8)).toEqual(['f0.0', 'f1.0', 'f0.1', 'f1.1', 'f2.0', 'b0.1', 'f3.0', 'b1.1']);
});

test('every schedule does every pass once, and goes back after it went forward', () => {
  const arbitrary = fc.record({
    schedule: fc.constantFrom('gpipe' as const, '1f1b' as const, 'interleaved' as const),
    pipeline: fc.integer({ min: 2, max: 6 }),
    groups: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(arbitrary, ({ schedule, pipeline, groups }) => {
      const chunks = schedule === 'interleaved' ? 3 : 1;
      const plan = { schedule, pipeline, chunks, microBatches: groups * pipeline };
      for (let stage = 0; stage < pipeline; stage++) {
        const open = new Set<string>();
        const passes = passesOf(plan, stage);
        expect(passes).toHaveLength(2 * chunks * plan.microBatches);
        for (const { direction, microBatch, chunk } of passes) {
          const key = `${microBatch} ${chunk}`;
          if (direction === 'forward') open.add(key);
          else expect(open.delete(key)).toBe(true);
        }
        expect(open.size).toBe(0);
        // GPipe holds all micro-batches; 1F1B as many as there are stages from here on.
        const peak = peakHeld(passes, () => 1);
        if (schedule === 'gpipe') expect(peak).toBe(plan.microBatches);
        if (schedule === '1f1b') expect(peak).toBe(Math.min(pipeline - stage, plan.microBatches));
      }
    }),
  );
});

test('ranks and coordinates are each other`s inverse, in any order of axes', () => {
  const plan = readPlan(
    { globalBatch: 8, tensor: 2, context: 2, data: 4, pipeline: 2, order: ['data', 'pipeline', 'tensor', 'context'] },
    gpt3,
  );
  expect(axisStrides(plan)).toEqual({ data: 1, pipeline: 4, tensor: 8, context: 16 });
  for (let npu = 0; npu < plan.npus; npu++) expect(npuAt(plan, coordinatesOf(plan, npu))).toBe(npu);
});

test('groups: experts lie within data, their replicas across', () => {
  const plan = readPlan({ globalBatch: 8, tensor: 2, data: 4, expert: 2, pipeline: 2 }, mixtral);
  const at = coordinatesOf(plan, 5); // tensor 1, data 2, stage 0
  expect(at).toEqual({ tensor: 1, context: 0, data: 2, pipeline: 0 });
  expect(membersOf(plan, 'tensor', at)).toEqual([4, 5]);
  expect(membersOf(plan, 'data', at)).toEqual([1, 3, 5, 7]);
  expect(membersOf(plan, 'expert', at)).toEqual([5, 7]);
  expect(membersOf(plan, 'expert-data', at)).toEqual([1, 5]);
  expect(membersOf(plan, 'embedding', at)).toEqual([5, 13]);
  for (const kind of ['tensor', 'context', 'data', 'expert', 'expert-data', 'embedding'] as const)
    expect(membersOf(plan, kind, at)).toHaveLength(groupRanks(plan, kind));
});
