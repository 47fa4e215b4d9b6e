import { expect, test } from 'vitest';
import type { ModelSpec } from '../../../src/training/model.js';
import type { PlanSpec } from '../../../src/training/plan-spec.js';
import { simulateTraining } from '../../../src/training/simulate-training.js';

/**
 * A step by formulas alone, on a machine where they hold: one switch without latency, memory without
 * limits, nothing overlapped. All-reduces take 2 (n - 1) / n of their bytes over the bandwidth, the others half of that.
 */
const [BANDWIDTH, PEAK, EFFICIENCY] = [10, 1e15, 0.5];
const BATCH = { globalBatch: 16, microBatch: 2 };
const NONE = {
  tensor: 1,
  context: 1,
  data: 1,
  expert: 1,
  zero: 0,
  sequenceParallel: false,
  recompute: 'none',
} as const;
type Degrees = Omit<PlanSpec, 'globalBatch'>;

const gpt: ModelSpec = { style: 'gpt', layers: 7, hidden: 1024, heads: 16, vocabulary: 4096, sequence: 512 };
const llama: ModelSpec = { ...gpt, style: 'llama', layers: 5, keyValueHeads: 4, feedForward: 3072 };
const experts = { count: 8, perToken: 2, feedForward: 1536, shared: 1, denseLayers: 1 };
const mixture: ModelSpec = { ...llama, experts };

const half = (ranks: number, bytes: number) => ((ranks - 1) / ranks) * (bytes / BANDWIDTH);
const allReduce = (ranks: number, bytes: number) => 2 * half(ranks, bytes);

function byHand(model: ModelSpec, given: Degrees) {
  const plan = { ...NONE, ...BATCH, ...given };
  const { tensor: t, context: c, data: d, expert: e, zero, sequenceParallel, recompute } = plan;
  const { hidden: h, heads, layers, vocabulary, sequence, keyValueHeads = heads, feedForward: f = 4 * h } = model;
  const microBatches = BATCH.globalBatch / d / BATCH.microBatch;
  const tokens = (BATCH.microBatch * sequence) / c;
  const activation = 2 * tokens * h;
  const own = (h * keyValueHeads) / heads;
  const isGpt = model.style === 'gpt';
  const [directions, anew] = recompute === 'full' ? [3, 1] : [2, 0];
  const mixed = model.experts === undefined ? 0 : layers - experts.denseLayers;
  const dense = layers - mixed;

  // Weights of matrices in a layer, by which tokens pass them.
  const attention = h * (h + 2 * own) + h * h;
  const block = (inner: number) => (isGpt ? 2 : 3) * h * inner;
  const perToken = layers * attention + dense * block(f) + mixed * block((2 + 1) * experts.feedForward);
  const router = mixed * h * experts.count;
  const scores = layers * 2 * sequence * h;
  const forward = 2 * tokens * ((perToken + scores) / t + router / (sequenceParallel ? t : 1));
  const logits = (2 * tokens * vocabulary * h) / t;
  const perNs = (PEAK / 1e9) * EFFICIENCY;
  const compute = (microBatches * ((3 + anew) * forward + 3 * logits)) / perNs;

  // Two blocks of a layer each way; behind an all-to-all a rank gathers a token for each of its experts.
  const blocks = layers + dense + mixed * (sequenceParallel && e > 1 ? experts.perToken : 1);
  const ends = 2 * allReduce(t, activation);
  const tensor = microBatches * (directions * blocks * allReduce(t, activation) + ends + 3 * allReduce(t, 4 * tokens));
  const sent = (activation * experts.perToken) / (sequenceParallel ? t : 1);
  const expert = microBatches * mixed * directions * 2 * half(e, sent);

  const keysAndValues = (2 * tokens * 2 * own) / t;
  const part = (2 * 2 * tokens * sequence * h) / t / c / perNs;
  const exposed = (times: number) => Math.max(0, (times * keysAndValues) / BANDWIDTH - times * part);
  const context = microBatches * layers * (c - 1) * ((1 + anew) * exposed(1) + exposed(2));

  // Biases and norms: 7 h split and 6 h whole in GPT's style, 2 h in Llama's.
  const small = isGpt ? (7 * h) / t + 6 * h : 2 * h;
  const shared =
    (layers * attention + dense * block(f) + mixed * block(experts.feedForward)) / t + layers * small + router;
  const routed = (mixed * block(experts.count * experts.feedForward)) / t / e;
  const outer = isGpt ? (vocabulary * h) / t + sequence * h + 2 * h : (2 * vocabulary * h) / t + h;
  const [all, alike] = [d * c, (d / e) * c];
  const sums = [
    allReduce(all, 4 * (shared + outer)) + allReduce(alike, 4 * routed),
    half(all, 6 * (shared + outer)) + half(alike, 6 * routed),
    microBatches * (half(all, 4 * shared) + half(alike, 4 * routed)) +
      half(all, 4 * outer) +
      half(all, 2 * (shared + outer)) +
      half(alike, 2 * routed),
  ];
  const parameters = shared + outer + routed;
  return { compute, tensor, expert, context, data: sums[zero] as number, parameters };
}

test.each<[string, ModelSpec, Degrees]>([
  ['GPT', gpt, { tensor: 4 }],
  ['GPT', gpt, { tensor: 4, sequenceParallel: true }],
  ['GPT', gpt, { data: 4 }],
  ['GPT', gpt, { data: 4, zero: 1 }],
  ['GPT', gpt, { data: 4, zero: 2 }],
  ['Llama', llama, { tensor: 2, context: 4 }],
  ['Llama', llama, { context: 2, data: 2, zero: 1 }],
  ['Llama', llama, { tensor: 4, data: 2, recompute: 'full' }],
  ['Llama with one head of keys', { ...llama, keyValueHeads: 1 }, { context: 2, recompute: 'full' }],
  ['experts', mixture, { data: 4, expert: 4 }],
  ['experts', mixture, { data: 4, expert: 2, tensor: 2 }],
  ['experts', mixture, { data: 4, expert: 2, zero: 2 }],
  ['experts', mixture, { data: 4, expert: 4, tensor: 2, sequenceParallel: true }],
  ['experts', mixture, { data: 2, expert: 2, context: 2, recompute: 'full' }],
])('a step by formulas: %s, %j', (_, model, plan) => {
  const { tensor = 1, context = 1, data = 1 } = plan;
  const accelerator = { name: 'ideal', peak: { bf16: PEAK }, memoryBytes: 1e15, memoryBandwidth: 1e12 };
  const { breakdown, stepNs } = simulateTraining({
    ...{ model, plan: { ...BATCH, ...plan }, efficiency: EFFICIENCY, endpointDelay: 0 },
    cluster: { accelerator, topology: `switch(${tensor * context * data}, ${BANDWIDTH} GB/s, 0 ns)` },
  });
  const expected = byHand(model, plan);
  // Of whole ns and bytes some hundred messages lose one each.
  const near = (ns: number, wanted: number) => expect(Math.abs(ns - wanted)).toBeLessThan(500 + 2e-4 * wanted);
  near(breakdown.forward + breakdown.backward + breakdown.recomputed, expected.compute);
  for (const kind of ['tensor', 'expert', 'context', 'data'] as const) near(breakdown[kind], expected[kind]);
  near(stepNs, expected.compute + expected.tensor + expected.expert + expected.context + expected.data);
});

test.each([
  [0, 1],
  [1, 4],
] as const)(
  'the optimizer reads gradients, reads and writes its states, writes weights: ZeRO %i, one part in %i',
  (zero, parts) => {
    // Adam in fp32 beside weights in two bytes: 4 + 2 x 12 + 2 bytes for each parameter.
    const memoryBandwidth = 100;
    const { breakdown } = simulateTraining({
      ...{ model: gpt, plan: { ...BATCH, data: 4, zero }, memoryEfficiency: 0.5 },
      cluster: {
        accelerator: { name: 'slow memory', peak: { bf16: PEAK }, memoryBytes: 1e15, memoryBandwidth },
        topology: 'switch(4, 10 GB/s, 0 ns)',
      },
    });
    const { parameters } = byHand(gpt, { data: 4 });
    expect(breakdown.optimizer).toBeCloseTo((30 * parameters) / parts / (memoryBandwidth * 0.5), -1);
  },
);
