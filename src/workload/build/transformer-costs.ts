import { ConfigError } from '../../base/errors.js';
import type { TransformerModel } from './transformer-model.js';

// With b sequences of s tokens, hidden size h, vocabulary V, tensor-parallel degree t, and
// multiplications and additions counted apart. Sources: Shoeybi et al., "Megatron-LM: Training
// Multi-Billion Parameter Language Models Using Model Parallelism" (arXiv 1909.08053), and
// Narayanan et al., "Efficient Large-Scale Language Model Training on GPU Clusters Using
// Megatron-LM" (SC '21, arXiv 2104.04473).

/** One piece of computation on one NPU. */
export interface Work {
  readonly operations: number;
  /** Bytes moved to and from memory. */
  readonly bytes: number;
}

export interface LayerWork {
  readonly attention: Work;
  readonly feedForward: Work;
  readonly output: Work;
}

/**
 * The forward work of one micro-batch, on each of t NPUs (backward: twice that):
 *
 * - attention `(8 b s h^2 + 4 b s^2 h) / t`: four h x h matrices, and scores times values;
 * - feed-forward `16 b s h^2 / t`: two matrices of h x 4h;
 * - output layer `2 b s h V / t`.
 *
 * Over a step and all NPUs, forward and backward, that is `72 B s l h^2 (1 + s/6h + V/12lh)`
 * (Narayanan et al. have 96 and 16 for 72 and 12: they do the forward pass twice).
 *
 * Memory: each matrix read once, the input and output of each matrix multiplication once, the
 * core of the attention as one kernel that keeps its scores on the chip.
 */
export function forwardWork(model: TransformerModel): LayerWork {
  const { microBatch: b, sequence: s, hidden: h, vocabulary, tensorParallel: t, bytesPerElement } = model;
  const tokens = b * s;
  const work = (operations: number, elements: number): Work => {
    const bytes = elements * bytesPerElement;
    // A backward pass is twice as large.
    if (Number.isSafeInteger(2 * operations) && Number.isSafeInteger(2 * bytes)) return { operations, bytes };
    throw new ConfigError([{ path: '', expected: 'fewer than 2^53 operations and bytes in a layer', got: 'more' }]);
  };
  const activations = 2 * tokens * h + (8 * tokens * h) / t;
  return {
    attention: work((8 * tokens * h * h + 4 * tokens * s * h) / t, (4 * h * h) / t + activations),
    feedForward: work((16 * tokens * h * h) / t, (8 * h * h) / t + activations),
    output: work((2 * tokens * h * vocabulary) / t, ((h + tokens) * vocabulary) / t + tokens * h),
  };
}

/**
 * Bytes of the activations of one micro-batch, `b s h` elements. That is the size of
 *
 * - each tensor-parallel all-reduce, of which a layer has two forward and two backward
 *   (Shoeybi et al.); with a vocabulary, the embedding has one more forward and the
 *   output layer one backward. Those of `b s` elements in the loss are left out;
 * - each message from one pipeline stage to the next, and of its gradient back, between NPUs
 *   of equal tensor rank (Narayanan et al., without their scatter/gather optimization).
 */
export function activationBytes({ microBatch, sequence, hidden, bytesPerElement }: TransformerModel): number {
  return microBatch * sequence * hidden * bytesPerElement;
}

/**
 * Bytes of one layer's gradients on one NPU, all-reduced over the data-parallel group once a
 * step: `(12 h^2 + 7 h) / t + 6 h` elements. Matrices and their biases are split, but for the
 * two biases behind an all-reduce and the two layer norms. With t = 1, `12 h^2 + 13 h`
 * (Narayanan et al.).
 */
export function layerGradientBytes({ hidden: h, tensorParallel, gradientBytes }: TransformerModel): number {
  return ((12 * h * h + 7 * h) / tensorParallel + 6 * h) * gradientBytes;
}

/**
 * Bytes of the gradient of the word embedding on one NPU: `V h / t` elements. It serves as the
 * output layer too: when that is on another stage there are two copies, whose gradients are
 * summed over first and last stage after the data-parallel all-reduce.
 */
export function embeddingGradientBytes({
  vocabulary,
  hidden,
  tensorParallel,
  gradientBytes,
}: TransformerModel): number {
  return ((vocabulary * hidden) / tensorParallel) * gradientBytes;
}

/** Bytes of the gradient of the position embedding, `s h` elements, on every NPU of the first stage. */
export function positionGradientBytes({ vocabulary, sequence, hidden, gradientBytes }: TransformerModel): number {
  return vocabulary === 0 ? 0 : sequence * hidden * gradientBytes;
}
