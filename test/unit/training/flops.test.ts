import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/base/errors.js';
import { kernelsNs, sizedEfficiency } from '../../../src/training/compute-time.js';
import { modelOperations, stepOperations } from '../../../src/training/flops.js';
import { layerKernels, operationsOf } from '../../../src/training/kernels.js';
import { readModel } from '../../../src/training/model.js';
import { activeParameters } from '../../../src/training/parameters.js';
import { readPlan } from '../../../src/training/plan.js';
import type { PlanSpec } from '../../../src/training/plan-spec.js';
import { MODEL_PRESETS } from '../../../src/training/presets.js';

const gpt3 = readModel(MODEL_PRESETS['gpt3-175b']);

test('a layer forward: (24 b s h^2 + 4 b s^2 h) / t', () => {
  const [b, s, h, t] = [4, gpt3.sequence, gpt3.hidden, 8];
  const { attention, core, feedForward } = layerKernels(
    gpt3,
    readPlan({ globalBatch: b, microBatch: b, tensor: t }, gpt3),
    0,
  );
  const sum = [attention, core, feedForward].reduce((total, { forward }) => total + operationsOf(forward), 0);
  expect(sum).toBe((24 * b * s * h * h + 4 * b * s * s * h) / t);
});

test('a step of GPT: 72 B s l h^2 (1 + s/6h + V/12lh), with recomputation 96 and 16', () => {
  const { sequence: s, hidden: h, layers: l, vocabulary: V } = gpt3;
  const model = 72 * 1536 * s * l * h * h * (1 + s / (6 * h) + V / (12 * l * h));
  expect(modelOperations(gpt3, 1536) / model).toBeCloseTo(1, 12);
  const plan = readPlan({ globalBatch: 1536, tensor: 8, pipeline: 16, data: 8, recompute: 'full' }, gpt3);
  const { forward, backward, recomputed } = stepOperations(gpt3, plan);
  const done = 96 * 1536 * s * l * h * h * (1 + s / (6 * h) + V / (16 * l * h));
  expect((forward + backward + recomputed) / done).toBeCloseTo(1, 12);
});

describe('second derivation: 6 operations per token and active weight, 12 l n d s for the scores (PaLM, appendix B)', () => {
  test.each(['llama2-70b', 'llama3-405b', 'mixtral-8x7b'] as const)('%s', (name) => {
    const model = readModel(MODEL_PRESETS[name]);
    const { layers, heads, headSize, hidden, vocabulary, sequence, experts } = model;
    // Norms do no matrix products, nor does the embedding's look-up.
    const weights = activeParameters(model) - (2 * layers + 1) * hidden - vocabulary * hidden;
    const perToken = 6 * weights + 12 * layers * heads * headSize * sequence;
    expect(experts === undefined || experts.perToken === 2).toBe(true);
    expect(modelOperations(model, 8) / (8 * sequence * perToken)).toBeCloseTo(1, 12);
  });

  test('deepseek-v3: keys are 192 wide, values 128; router biases and bottleneck norms multiply nothing', () => {
    const model = readModel(MODEL_PRESETS['deepseek-v3']);
    const { layers, heads, hidden, vocabulary, sequence } = model;
    const norms = (2 * layers + 1) * hidden + layers * (1536 + 512) + 58 * 256;
    const weights = activeParameters(model) - norms - vocabulary * hidden;
    const perToken = 6 * weights + 6 * layers * heads * (192 + 128) * sequence;
    expect(modelOperations(model, 8) / (8 * sequence * perToken)).toBeCloseTo(1, 12);
  });
});

test('however it is split, the same operations are done', () => {
  const model = readModel({ ...MODEL_PRESETS['mixtral-8x7b'], layers: 4, sequence: 4096 });
  const degree = fc.constantFrom(1, 2, 4);
  const plans = fc.record({ tensor: degree, context: degree, pipeline: degree, expert: degree, microBatch: degree });
  fc.assert(
    fc.property(plans, fc.constantFrom('none' as const, 'full' as const), (degrees, recompute) => {
      // Otherwise each tensor rank does the router's work.
      const spec: PlanSpec = { ...degrees, sequenceParallel: true, data: 4, globalBatch: 16, recompute };
      const { forward, backward, recomputed } = stepOperations(model, readPlan(spec, model));
      expect((forward + backward) / modelOperations(model, 16)).toBeCloseTo(1, 12);
      expect(backward / forward).toBeCloseTo(2, 12);
      if (recompute === 'none') expect(recomputed).toBe(0);
    }),
    { numRuns: 30 },
  );
});

test('fused attention does half of the scores, and five products back for two forward', () => {
  const plan = (fusedAttention: boolean) => readPlan({ globalBatch: 1, fusedAttention }, gpt3);
  const whole = operationsOf(layerKernels(gpt3, plan(false), 0).core.forward);
  const { forward, backward } = layerKernels(gpt3, plan(true), 0).core;
  expect(operationsOf(forward)).toBe(whole / 2);
  expect(operationsOf(backward)).toBe((5 / 2) * (whole / 2));
});

describe('time', () => {
  const rates = { peak: 1000, memoryBandwidth: 10, efficiency: 0.5, memoryEfficiency: 0.5 };
  const cube = { m: 100, k: 100, n: 100, count: 1, bytes: 5000 };
  test('is the longer of operations and bytes', () => {
    // 2e6 / 500 = 4000 ns against 5000 / 5 = 1000 ns.
    expect(kernelsNs([cube], rates)).toBe(4000);
    expect(kernelsNs([{ ...cube, bytes: 50_000 }], rates)).toBe(10_000);
    expect(kernelsNs([{ ...cube, count: 0 }], rates)).toBe(1000);
  });
  test('a cube of side half reaches half of the most', () => {
    expect(sizedEfficiency(0.8, 100)(100, 100, 100)).toBeCloseTo(0.4, 12);
    expect(kernelsNs([cube], { ...rates, efficiency: sizedEfficiency(1, 100) })).toBe(4000);
  });
  test.each<[unknown, unknown, RegExp]>([
    [Number.NaN, 100, /^most: expected a share above 0 and at most 1, got NaN$/],
    [1.1, 100, /^most: expected a share/],
    [0, 100, /^most: expected a share/],
    [0.8, -1, /^half: expected the side of a matrix, at least 0, got -1$/],
    [0.8, Number.POSITIVE_INFINITY, /^half: expected/],
    [10n, Symbol('100'), /^most: expected a share.*\nhalf: expected the side/],
  ])('sizes that are none are refused where they are given: %#', (most, half, message) => {
    expect(() => sizedEfficiency(most as number, half as number)).toThrow(message);
    expect(() => sizedEfficiency(most as number, half as number)).toThrow(ConfigError);
  });
  test('a function that returns no share is refused', () => {
    for (const share of [0, Number.NaN, 1.5, -1]) {
      expect(() => kernelsNs([cube], { ...rates, efficiency: () => share })).toThrow(/efficiency: expected a share/);
    }
  });
});
