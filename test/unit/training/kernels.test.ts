import { expect, test } from 'vitest';
import { bytesOf, embeddingKernels, layerKernels, outputKernels } from '../../../src/training/kernels.js';
import { readModel } from '../../../src/training/model.js';
import { readPlan } from '../../../src/training/plan.js';

// Small numbers, all different, so that no two terms can stand for each other.
const sizes = { layers: 1, hidden: 32, heads: 4, vocabulary: 48, sequence: 8 } as const;
const gpt = readModel({ style: 'gpt', ...sizes });
const llama = readModel({ style: 'llama', ...sizes, keyValueHeads: 2, feedForward: 80 });
const bytes = (model: typeof gpt, part: 'attention' | 'core' | 'feedForward', more: object = {}) => {
  const { forward, backward } = layerKernels(model, readPlan({ globalBatch: 1, ...more }, model), 0)[part];
  return { forward: bytesOf(forward), backward: bytesOf(backward) };
};
const [T, h] = [8, 32];

/** Of a product: both operands and the result, two bytes each; backward twice, for either gradient. */
const product = (m: number, k: number, n: number) => 2 * (m * k + k * n + m * n);

test('attention of GPT: a norm, two products, then a sum under dropout', () => {
  const products = product(T, h, 3 * h) + product(T, h, h);
  // The norm reads and writes; the sum reads two and writes one, and a byte of the mask.
  const around = 2 * 2 * T * h + (3 * 2 + 1) * T * h;
  expect(bytes(gpt, 'attention').forward).toBe(products + around);
  // The norm back: its input, the gradient in and out. The sum back: the gradient in and out, and the mask.
  const back = 3 * 2 * T * h + (2 * 2 + 1) * T * h;
  expect(bytes(gpt, 'attention').backward).toBe(2 * products + back);
});

test('the core of the attention: scores, softmax, dropout, product with the values, head by head', () => {
  const head = h / 4;
  const products = 4 * (product(T, head, T) + product(T, T, head));
  const scores = 4 * T * T;
  expect(bytes(gpt, 'core').forward).toBe(products + (2 * 2 + 2 * 2 + 1) * scores);
  expect(bytes(gpt, 'core').backward).toBe(2 * products + (3 * 2 + 2 * 2 + 1) * scores);
});

test('two heads share keys and values, which are read once; fused, no score is written', () => {
  const [head, heads, shared] = [h / 4, 4, 2];
  // Queries and scores of every head, keys of every pair; scores, values and outputs.
  const scores = 2 * (heads * T * head + shared * T * head + heads * T * T);
  expect(bytes(llama, 'core').forward).toBe(2 * scores + 2 * 2 * heads * T * T);
  // Queries and outputs of four heads, keys and values of two.
  const ends = 2 * (2 * heads * T * head + 2 * shared * T * head);
  expect(bytes(llama, 'core', { fusedAttention: true }).forward).toBe(ends);
});

test('feed-forward of Llama: three products, a gate that reads two and writes one', () => {
  const f = 80;
  const products = 2 * product(T, h, f) + product(T, f, h);
  const gate = 3 * 2 * T * f;
  // The norm, and the sum without dropout.
  const around = 2 * 2 * T * h + 3 * 2 * T * h;
  expect(bytes(llama, 'feedForward').forward).toBe(products + gate + around);
  expect(bytes(llama, 'feedForward').backward).toBe(2 * products + 5 * 2 * T * f + 3 * 2 * T * h + 2 * 2 * T * h);
});

test('tensor ranks have a part of each matrix; with sequence parallelism of the rest too', () => {
  const [t, f] = [2, 80];
  const products = 2 * product(T, h, f / t) + product(T, f / t, h);
  const gate = (3 * 2 * T * f) / t;
  const around = 2 * 2 * T * h + 3 * 2 * T * h;
  expect(bytes(llama, 'feedForward', { tensor: t }).forward).toBe(products + gate + around);
  const plan = { tensor: t, sequenceParallel: true };
  expect(bytes(llama, 'feedForward', plan).forward).toBe(products + gate + around / t);
});

test('embedding: rows read and written; output: a norm, the product, logits that become fp32', () => {
  const plan = readPlan({ globalBatch: 1 }, gpt);
  expect(bytesOf(embeddingKernels(gpt, plan).forward)).toBe(2 * 2 * T * h);
  const logits = T * 48;
  expect(bytesOf(outputKernels(gpt, plan).forward)).toBe(product(T, h, 48) + (2 + 4) * logits + 2 * 2 * T * h);
});
