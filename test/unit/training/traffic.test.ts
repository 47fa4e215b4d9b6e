import { describe, expect, test } from 'vitest';
import { readModel } from '../../../src/training/model.js';
import { layerParameters } from '../../../src/training/parameters.js';
import { ModelPieces } from '../../../src/training/pieces.js';
import { readPlan } from '../../../src/training/plan.js';
import type { PlanSpec } from '../../../src/training/plan-spec.js';
import { MODEL_PRESETS } from '../../../src/training/presets.js';
import {
  dispatch,
  exchangeBytes,
  gradientCollective,
  lossCollectives,
  pipelineBytes,
  weightGather,
} from '../../../src/training/traffic.js';

const rates = { peak: 1, memoryBandwidth: 1, efficiency: 1, memoryEfficiency: 1 };

/** Collectives of a layer: each as its letters, and the bytes that it moves in all. */
function collectives(spec: PlanSpec, name: keyof typeof MODEL_PRESETS) {
  const model = readModel(MODEL_PRESETS[name]);
  const plan = readPlan(spec, model);
  const { forward, backward } = new ModelPieces(model, plan, rates).layer(model.layers - 1);
  const list = (pieces: typeof forward) =>
    pieces.flatMap((one) => (one.kind === 'collective' ? [`${one.group} ${one.collective} ${one.bytes}`] : []));
  return { forward: list(forward), backward: list(backward) };
}

describe('tensor parallelism of Megatron 22B, micro-batch 4: an activation is 4 x 2048 x 6144 x 2 bytes', () => {
  const A = 100_663_296;
  const spec: PlanSpec = { globalBatch: 4, microBatch: 4, tensor: 8 };
  test('two all-reduces each way, two more to recompute', () => {
    const sum = `tensor all-reduce ${A}`;
    expect(collectives({ ...spec, recompute: 'full' }, 'megatron-22b')).toEqual({
      forward: [sum, sum],
      backward: [sum, sum, sum, sum],
    });
  });
  test('with sequence parallelism an all-gather and a reduce-scatter for each', () => {
    const pair = [`tensor all-gather ${A / 8}`, `tensor reduce-scatter ${A}`];
    expect(collectives({ ...spec, sequenceParallel: true, recompute: 'selective' }, 'megatron-22b')).toEqual({
      forward: [...pair, ...pair],
      backward: [...pair, ...pair],
    });
  });
});

test('experts: tokens go there and back, and are summed up over tensor ranks in between', () => {
  // 32768 tokens of 4096 x 2 bytes, twice each, on one of two tensor ranks.
  const dispatched = `expert all-to-all ${(32768 * 4096 * 2 * 2) / 2}`;
  const A = 32768 * 4096 * 2;
  const spec: PlanSpec = { globalBatch: 4, data: 4, expert: 4, tensor: 2, sequenceParallel: true };
  expect(collectives(spec, 'mixtral-8x7b').forward).toEqual([
    `tensor all-gather ${A / 2}`,
    `tensor reduce-scatter ${A}`,
    dispatched,
    `tensor all-gather ${A}`,
    `tensor reduce-scatter ${2 * A}`,
    dispatched,
  ]);
});

test('messages between stages', () => {
  const model = readModel(MODEL_PRESETS['gpt3-175b']);
  const bytes = (more: object) =>
    pipelineBytes(model, readPlan({ globalBatch: 8, tensor: 8, pipeline: 8, ...more }, model));
  expect(bytes({})).toBe(2048 * 12288 * 2);
  expect(bytes({ scatterGather: true })).toBe((2048 * 12288 * 2) / 8);
  expect(bytes({ sequenceParallel: true })).toBe((2048 * 12288 * 2) / 8);
});

test('keys and values of eight heads of 128, of a quarter of 4096 tokens, on one of two tensor ranks', () => {
  const model = readModel(MODEL_PRESETS['llama2-70b']);
  const plan = readPlan({ globalBatch: 8, context: 4, tensor: 2 }, model);
  expect(exchangeBytes(model, plan, 'forward')).toBe(1024 * (2 * 4 * 128) * 2);
  expect(exchangeBytes(model, plan, 'backward')).toBe(2 * exchangeBytes(model, plan, 'forward'));
});

test('gradients of a layer: (12 h^2 + 7 h) / t + 6 h, in fp32; scattered and gathered again they are as many', () => {
  const model = readModel(MODEL_PRESETS['gpt3-175b']);
  const h = 12288;
  const { dense } = layerParameters(model, 0, { tensor: 8, expert: 1 });
  const plan = (zero: 0 | 1) => readPlan({ globalBatch: 64, data: 64, tensor: 8, zero }, model);
  const bytes = 4 * ((12 * h * h + 7 * h) / 8 + 6 * h);
  expect(gradientCollective(plan(0), 'data', dense)).toEqual([{ group: 'data', collective: 'all-reduce', bytes }]);
  expect(gradientCollective(plan(1), 'data', dense)).toEqual([{ group: 'data', collective: 'reduce-scatter', bytes }]);
  expect(weightGather(plan(1), 'data', dense)).toEqual([
    { group: 'data', collective: 'all-gather', bytes: Math.ceil(bytes / 2 / 64) },
  ]);
});

test('nobody to talk to, nothing to say', () => {
  const model = readModel(MODEL_PRESETS['mixtral-8x7b']);
  const plan = readPlan({ globalBatch: 8 }, model);
  expect([...dispatch(model, plan), ...gradientCollective(plan, 'data', 5), ...weightGather(plan, 'data', 5)]).toEqual(
    [],
  );
});

test('the loss: three numbers in fp32 for each of 2 x 2048 / 2 tokens, forward only; nothing without tensor ranks', () => {
  const model = readModel(MODEL_PRESETS['gpt3-175b']);
  const plan = readPlan({ globalBatch: 2, microBatch: 2, tensor: 8, context: 2 }, model);
  const sum = { group: 'tensor', collective: 'all-reduce', bytes: 4 * 2048 };
  expect(lossCollectives(model, plan)).toEqual([sum, sum, sum]);
  const { forward, backward } = new ModelPieces(model, plan, rates).output;
  expect(forward.slice(1)).toEqual([sum, sum, sum].map((one) => ({ kind: 'collective', ...one })));
  expect(backward.filter((one) => one.kind === 'collective' && one.bytes === sum.bytes)).toEqual([]);
  expect(lossCollectives(model, readPlan({ globalBatch: 2 }, model))).toEqual([]);
});
