import { describe, expect, test } from 'vitest';
import { keptActivations, layerActivations, peakMemory, stageMemory } from '../../../src/training/memory.js';
import { readModel } from '../../../src/training/model.js';
import { totalParameters } from '../../../src/training/parameters.js';
import { readPlan } from '../../../src/training/plan.js';
import { MODEL_PRESETS } from '../../../src/training/presets.js';

const gpt3 = readModel(MODEL_PRESETS['gpt3-175b']);
const { sequence: s, hidden: h, heads: a } = gpt3;

describe('activations of a layer: table 2 of Korthikanti et al. (arXiv 2205.05198)', () => {
  const b = 2;
  const t = 8;
  const base = { globalBatch: b, microBatch: b } as const;
  const kept = (more: object) => keptActivations(gpt3, readPlan({ ...base, ...more }, gpt3), 0);
  test('on one NPU: s b h (34 + 5 a s / h)', () => expect(kept({})).toBe(s * b * h * 34 + 5 * a * s * s * b));
  test('tensor: s b h (10 + 24/t + 5 a s / h t)', () =>
    expect(kept({ tensor: t })).toBe(s * b * h * (10 + 24 / t) + (5 * a * s * s * b) / t));
  test('with sequence parallelism: all over t', () =>
    expect(kept({ tensor: t, sequenceParallel: true })).toBe((s * b * h * 34 + 5 * a * s * s * b) / t));
  test('selective: 34 s b h / t', () =>
    expect(kept({ tensor: t, sequenceParallel: true, recompute: 'selective' })).toBe((s * b * h * 34) / t));
  test('full: 2 s b h', () => expect(kept({ tensor: t, recompute: 'full' })).toBe(2 * s * b * h));
});

test('Llama: no dropout, two gate inputs and their product, fewer keys and values, tensor by tensor', () => {
  const llama = readModel(MODEL_PRESETS['llama2-70b']);
  const plan = readPlan({ globalBatch: 1, fusedAttention: true }, llama);
  const tokens = 4096;
  const norms = 2 * 8192 + 2 * 8192; // inputs of both norms, and their outputs
  const attention = 8192 + 1024 + 1024 + 8192; // queries, keys, values, output of the core
  const feedForward = 3 * 28672;
  const statistics = 4 * 64; // one fp32 per head
  expect(layerActivations(llama, plan, 0)).toBe(tokens * (2 * (norms + attention + feedForward) + statistics));
});

test('DeepSeek-V3, tensor by tensor: bottlenecks, heads of 192 and 128, nine experts of 2048 for each token', () => {
  const model = readModel(MODEL_PRESETS['deepseek-v3']);
  const plan = readPlan({ globalBatch: 1, fusedAttention: true }, model);
  const norms = 4 * 7168; // inputs of both norms, and their outputs
  const bottlenecks = 1536 + 512 + 64;
  const attention = 128 * (192 + 192 + 128 + 128); // queries, keys, values, output of the core
  const feedForward = 3 * 9 * 2048; // two gate inputs and their product
  const received = 8 * 7168; // tokens as experts get them
  const fp32 = 256 + 128; // what the router says, and one number per head
  const perToken = 2 * (norms + bottlenecks + attention + feedForward + received) + 4 * fp32;
  expect(layerActivations(model, plan, 60)).toBe(4096 * perToken);
  // The first three layers are dense.
  const dense = 2 * (norms + bottlenecks + attention + 3 * 18432) + 4 * 128;
  expect(layerActivations(model, plan, 0)).toBe(4096 * dense);
});

describe('weights, gradients, optimizer: 16 bytes per parameter and less (Rajbhandari et al., figure 1)', () => {
  const model = readModel({ ...MODEL_PRESETS['megatron-22b'], learnedPositions: false });
  const parameters = totalParameters(model);
  const layer = 12 * 6144 ** 2 + 13 * 6144;
  const precision = { gradients: 2 } as const;
  const use = (zero: 0 | 1 | 2 | 3) =>
    stageMemory(model, readPlan({ globalBatch: 64, data: 64, zero, precision }, model), 0);
  const states = ({ weights, gradients, optimizer }: ReturnType<typeof use>) => weights + gradients + optimizer;
  test('0: all', () => expect(states(use(0))).toBe(16 * parameters));
  test('1: optimizer over 64', () => expect(states(use(1))).toBe((4 + 12 / 64) * parameters));
  const outer = 51200 * 6144 + 2 * 6144; // embedding, last norm
  test('2: gradients too, but for those of a layer and what is outside of layers', () =>
    expect(states(use(2))).toBe((2 + 14 / 64) * parameters + 2 * (layer + outer)));
  test('3: weights too, but for two layers and what is outside of layers', () =>
    expect(states(use(3))).toBe((16 / 64) * parameters + (2 + 4) * layer + (2 + 2) * outer));
  test('in buckets: as many layers as fill one, at most all', () => {
    const gradients = (bucket: string) =>
      stageMemory(model, readPlan({ globalBatch: 64, data: 64, zero: 2, precision, bucket }, model), 0).gradients;
    // A layer has 0.906 GB of gradients.
    expect(gradients('1 GB') - gradients('0.9 GB')).toBe(2 * layer);
    expect(gradients('1000 GB') - gradients('0.9 GB')).toBe(2 * 47 * layer);
  });
});

test('the first stage holds as many micro-batches as there are stages, the last has the logits', () => {
  const plan = readPlan(
    { globalBatch: 64, tensor: 8, pipeline: 8, sequenceParallel: true, recompute: 'selective' },
    gpt3,
  );
  const layer = (34 * s * h) / 8;
  const dropout = (s * h) / 8;
  expect(stageMemory(gpt3, plan, 0).activations).toBe(8 * (12 * layer + dropout));
  // 4 s b h / t (1 + V/h), one at a time (Korthikanti et al., section 4.3).
  expect(stageMemory(gpt3, plan, 7).activations).toBe(12 * layer + (4 * s * h * (1 + 51200 / h)) / 8);
  expect(peakMemory(gpt3, plan)).toEqual(stageMemory(gpt3, plan, 0));
});

test('interleaving holds more: p (1 + (p-1)/pv) layers` worth (Korthikanti et al., section 4.2.3), here counted', () => {
  const plan = readPlan(
    {
      globalBatch: 64,
      tensor: 8,
      pipeline: 8,
      schedule: 'interleaved',
      chunks: 3,
      sequenceParallel: true,
      recompute: 'selective',
    },
    gpt3,
  );
  const perChunk = 4 * ((34 * s * h) / 8);
  // Ahead: 2 x 7 + 2 x 8 = 30, and one more before the first backward pass: of p (1 + 7/24) x 3 chunks = 31.
  const { activations } = stageMemory(gpt3, plan, 0);
  expect(activations).toBeGreaterThanOrEqual(31 * perChunk);
  expect(activations).toBeLessThan(31 * perChunk * 1.02);
});
