import { hasExperts, headSizes, layerMatrices, type Matrix, type Model } from './model.js';
import type { Plan } from './plan.js';

/**
 * A piece of work on one NPU: `count` matrix multiplications of m x k by k x n, or, with a count
 * of 0, one that only moves memory.
 */
export interface Kernel {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly count: number;
  /** Bytes moved to and from memory, all of `count` together. */
  readonly bytes: number;
}

/** The kernels of a part of the model, in both directions. */
export interface Work {
  readonly forward: readonly Kernel[];
  readonly backward: readonly Kernel[];
}

/** The parts of a layer. The core of the attention is what selective recomputation does anew. */
export interface LayerKernels {
  /** All of the attention but its core. */
  readonly attention: Work;
  readonly core: Work;
  readonly feedForward: Work;
}

/** Operations, multiplications and additions counted apart. */
export function operationsOf(kernels: readonly Kernel[]): number {
  return kernels.reduce((sum, { m, k, n, count }) => sum + 2 * m * k * n * count, 0);
}

export function bytesOf(kernels: readonly Kernel[]): number {
  return kernels.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Tokens of a micro-batch that an NPU works on. */
export function tokensOf(model: Model, plan: Plan): number {
  return (plan.microBatch * model.sequence) / plan.context;
}

/**
 * The work of a layer on one NPU for one micro-batch.
 *
 * Matrices: `2 m k n` operations forward, twice that backward: once for the gradient of the
 * input, once for that of the weights. A dense layer of GPT's style comes to
 * `(24 b s h^2 + 4 b s^2 h) / t` forward (Narayanan et al., arXiv 2104.04473, appendix).
 *
 * Memory: each matrix, input and output once; norms, activation functions, softmax, dropout and
 * residual sums read and write what they work on. Fused attention keeps scores on the chip,
 * computes them anew on the way back (five products for two), and leaves out the half above the
 * diagonal (Dao et al., arXiv 2205.14135).
 */
export function layerKernels(model: Model, plan: Plan, layer: number): LayerKernels {
  const tokens = tokensOf(model, plan);
  const works = layerMatrices(model, layer).map((matrix) => ({ matrix, work: matrixWork(matrix, plan, tokens) }));
  const of = (block: Matrix['block']) => works.filter(({ matrix }) => matrix.block === block).map(({ work }) => work);
  const around = aroundWork(model, plan, tokens);
  return {
    attention: join([...of('attention'), around]),
    core: coreWork(model, plan),
    feedForward: join([...of('feed-forward'), around, activationWork(model, plan, layer, tokens)]),
  };
}

/** The output layer: a norm, logits over the vocabulary, and the loss in fp32. */
export function outputKernels(model: Model, plan: Plan): Work {
  const tokens = tokensOf(model, plan);
  const { hidden, vocabulary } = model;
  const { weights, activations } = plan.precision;
  const logits = (tokens * vocabulary) / plan.tensor;
  const product = matmul(tokens, hidden, vocabulary / plan.tensor, 1, weights, activations);
  return join([product, memory(logits * (activations + 4), logits * (4 + activations)), normWork(model, plan, tokens)]);
}

/** Looking up the embedding. */
export function embeddingKernels(model: Model, plan: Plan): Work {
  const bytes = 2 * tokensOf(model, plan) * model.hidden * plan.precision.activations;
  return memory(bytes, bytes);
}

function matrixWork({ inputs, outputs, split, copies, perToken, routed }: Matrix, plan: Plan, tokens: number): Work {
  const { tensor, expert, precision, sequenceParallel } = plan;
  // What is not split is done by every rank, but for its own part of the sequence where that is split.
  const own = split === 'none' && sequenceParallel ? tokens / tensor : tokens;
  const k = split === 'inputs' ? inputs / tensor : inputs;
  const n = split === 'outputs' ? outputs / tensor : outputs;
  const here = routed ? copies / expert : copies;
  // Balanced routing: every expert gets as many tokens, from all ranks that share the experts.
  const m = (own * perToken * (routed ? expert : 1)) / copies;
  return matmul(m, k, n, here, precision.weights, precision.activations);
}

function matmul(m: number, k: number, n: number, count: number, weight: number, activation: number): Work {
  const bytes = count * (k * n * weight + (m * k + m * n) * activation);
  return {
    forward: [{ m, k, n, count, bytes }],
    backward: [
      { m, k: n, n: k, count, bytes },
      { m: k, k: m, n, count, bytes },
    ],
  };
}

function memory(forward: number, backward: number): Work {
  const kernel = (bytes: number): Kernel => ({ m: 0, k: 0, n: 0, count: 0, bytes });
  return { forward: [kernel(forward)], backward: [kernel(backward)] };
}

function join(works: readonly Work[]): Work {
  return { forward: works.flatMap((one) => one.forward), backward: works.flatMap((one) => one.backward) };
}

/** Scores, softmax and the product with the values, of the heads that an NPU has. */
function coreWork(model: Model, plan: Plan): Work {
  const { microBatch, tensor, context, fusedAttention, precision } = plan;
  const { query, value } = headSizes(model);
  const { sequence, heads, keyValueHeads, dropout, latent } = model;
  const queries = sequence / context;
  const count = (microBatch * heads) / tensor;
  const a = precision.activations;
  const shared = latent === undefined ? keyValueHeads / heads : 1;
  const ends = count * (queries * (query + value) + shared * sequence * (query + value)) * a;
  if (fusedAttention) {
    // Half of the scores lie above the diagonal.
    const half = count / 2;
    const scores: Kernel = { m: queries, k: query, n: sequence, count: half, bytes: ends / 2 };
    const mix: Kernel = { m: queries, k: sequence, n: value, count: half, bytes: ends / 2 };
    return { forward: [scores, mix], backward: [scores, scores, scores, mix, mix] };
  }
  const product = (k: number, n: number, size: number): Work => {
    const bytes = count * (queries * sequence + (queries + shared * sequence) * size) * a;
    const kernel = { m: queries, count, bytes };
    return {
      forward: [{ ...kernel, k, n }],
      backward: [
        { ...kernel, k: n, n: k },
        { m: k, k: queries, n, count, bytes },
      ],
    };
  };
  const scores = count * queries * sequence;
  const softmax = memory(2 * a * scores, 3 * a * scores);
  const drop = dropout ? [memory((2 * a + 1) * scores, (2 * a + 1) * scores)] : [];
  return join([product(query, sequence, query), product(sequence, value, value), softmax, ...drop]);
}

/** Beside the matrices of a block: its norm, dropout, and the sum with the residual. */
function aroundWork(model: Model, plan: Plan, tokens: number): Work {
  const a = plan.precision.activations;
  const elements = (tokens * model.hidden) / (plan.sequenceParallel ? plan.tensor : 1);
  const mask = model.dropout ? 1 : 0;
  const residual = memory((3 * a + mask) * elements, (2 * a + mask) * elements);
  return join([normWork(model, plan, tokens), residual]);
}

function normWork({ hidden }: Model, { precision, sequenceParallel, tensor }: Plan, tokens: number): Work {
  const bytes = (tokens * hidden * precision.activations) / (sequenceParallel ? tensor : 1);
  return memory(2 * bytes, 3 * bytes);
}

/** The activation function; a gate is one more input. With experts, also sorting tokens by expert and back. */
function activationWork(model: Model, plan: Plan, layer: number, tokens: number): Work {
  const a = plan.precision.activations;
  const { experts, gated, hidden } = model;
  const isMixture = experts !== undefined && hasExperts(model, layer);
  const inner = isMixture ? (experts.perToken + experts.shared) * experts.feedForward : model.feedForward;
  const elements = (tokens * inner) / plan.tensor;
  const work = memory((gated ? 3 : 2) * a * elements, (gated ? 5 : 3) * a * elements);
  if (!isMixture) return work;
  const sorted = 4 * a * tokens * experts.perToken * hidden;
  return join([work, memory(sorted, sorted)]);
}
