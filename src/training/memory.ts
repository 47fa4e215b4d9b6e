import { tokensOf } from './kernels.js';
import { hasExperts, headSizes, type Model } from './model.js';
import { layerParameters } from './parameters.js';
import { layersOf, type Plan } from './plan.js';
import { passesOf, peakHeld } from './schedule.js';
import { isFirst, isLast, outerParameters, sharded, stageParameters, unsharded } from './stage-parameters.js';

/** Memory of an NPU at its peak, by kind, bytes. */
export interface MemoryUse {
  readonly weights: number;
  readonly gradients: number;
  readonly optimizer: number;
  readonly activations: number;
  readonly total: number;
}

/**
 * Memory of an NPU of a stage (docs/model.md, section 16). ZeRO stages (Rajbhandari et al., arXiv 1910.02054): optimizer
 * states split from 1 on, gradients from 2, weights from 3. What is whole at a time is on top: embedding and output matrix, the
 * layers that are gathered, and those whose gradients are summed up together. Fragmentation and what libraries take are left out.
 */
export function stageMemory(model: Model, plan: Plan, stage: number): MemoryUse {
  const { zero, prefetch, precision } = plan;
  const count = stageParameters(model, plan, stage);
  const [all, shard] = [unsharded(count), sharded(count, plan)];
  const outer = outerParameters(model, plan, stage);
  const gathered = (prefetch + 1) * largestLayer(model, plan, stage) + outer;
  const weights = (zero === 3 ? shard + gathered : all) * precision.weights;
  const summed = largestSum(model, plan, stage) + outer;
  const gradients = (zero >= 2 ? shard + summed : all) * precision.gradients;
  const optimizer = (zero >= 1 ? shard : all) * precision.optimizer;
  const activations = peakActivations(model, plan, stage);
  return { weights, gradients, optimizer, activations, total: weights + gradients + optimizer + activations };
}

/** The stage that needs most. */
export function peakMemory(model: Model, plan: Plan): MemoryUse {
  let most = stageMemory(model, plan, 0);
  for (let stage = 1; stage < plan.pipeline; stage++) {
    const use = stageMemory(model, plan, stage);
    if (use.total > most.total) most = use;
  }
  return most;
}

function largestLayer(model: Model, plan: Plan, stage: number): number {
  let most = 0;
  for (let chunk = 0; chunk < plan.chunks; chunk++) {
    const [first, end] = layersOf(model, plan, stage, chunk);
    for (let layer = first; layer < end; layer++) {
      most = Math.max(most, unsharded(layerParameters(model, layer, plan)));
    }
  }
  return most;
}

/** Parameters whose gradients are summed up at once: layers, from the last, until they fill a bucket. */
function largestSum(model: Model, plan: Plan, stage: number): number {
  const { precision, bucketBytes } = plan;
  let most = 0;
  for (let chunk = 0; chunk < plan.chunks; chunk++) {
    const [first, end] = layersOf(model, plan, stage, chunk);
    let pending = 0;
    for (let layer = end - 1; layer >= first; layer--) {
      pending += unsharded(layerParameters(model, layer, plan));
      most = Math.max(most, pending);
      if (pending * precision.gradients >= bucketBytes) pending = 0;
    }
  }
  return most;
}

/** Activations of all micro-batches that are under way, at the peak of the schedule, bytes. */
function peakActivations(model: Model, plan: Plan, stage: number): number {
  const weights: number[] = [];
  let working = 0;
  for (let chunk = 0; chunk < plan.chunks; chunk++) {
    const [first, end] = layersOf(model, plan, stage, chunk);
    let bytes = chunk === 0 && isFirst(stage) ? embeddingActivations(model, plan) : 0;
    if (chunk === plan.chunks - 1 && isLast(plan, stage)) bytes += outputActivations(model, plan);
    for (let layer = first; layer < end; layer++) {
      bytes += keptActivations(model, plan, layer);
      working = Math.max(working, layerActivations(model, plan, layer));
    }
    weights.push(bytes);
  }
  const held = peakHeld(passesOf(plan, stage), (chunk) => weights[chunk] as number);
  // Recomputation has one whole layer at a time.
  return held + (plan.recompute === 'full' ? working : 0);
}

/** What a layer keeps of a micro-batch for the way back, bytes on one NPU. */
export function keptActivations(model: Model, plan: Plan, layer: number): number {
  switch (plan.recompute) {
    case 'none':
      return layerActivations(model, plan, layer);
    case 'selective':
      return layerActivations(model, plan, layer) - coreActivations(model, plan);
    case 'full':
      return inputElements(model, plan) * plan.precision.activations;
  }
}

/**
 * Activations of a layer. With GPT's style `s b h (10 + 24/t + 5 a s / h t)`, with sequence
 * parallelism all of it over t (Korthikanti et al., arXiv 2205.05198, table 2): inputs of both
 * norms and of the matrices behind them, queries, keys, values, scores, inputs of the other
 * matrices and of the activation function, and a byte per element for each dropout.
 */
export function layerActivations(model: Model, plan: Plan, layer: number): number {
  const a = plan.precision.activations;
  const { heads, keyValueHeads, gated, dropout, hidden, experts, latent } = model;
  const { query, value } = headSizes(model);
  const tokens = tokensOf(model, plan);
  const keys = latent === undefined ? keyValueHeads : heads;
  const bottlenecks = latent === undefined ? 0 : latent.queryRank + latent.keyValueRank + latent.rotarySize;
  const mixture = experts !== undefined && hasExperts(model, layer) ? experts : undefined;
  const inner = mixture ? (mixture.perToken + mixture.shared) * mixture.feedForward : model.feedForward;
  const split = (heads * query + keys * (query + value) + heads * value + (gated ? 3 : 2) * inner) / plan.tensor;
  // Tokens as experts receive them, and what the router says, in fp32.
  const routed = mixture ? mixture.perToken * hidden * a + mixture.count * 4 : 0;
  const whole = inputElements(model, plan) * (4 * a + (dropout ? 2 : 0));
  return whole + tokens * ((split + bottlenecks) * a + routed) + coreActivations(model, plan);
}

/** Softmax of the scores, and with dropout its mask and result. Fused attention keeps four bytes per token and head. */
function coreActivations(model: Model, plan: Plan): number {
  const { heads, sequence, dropout } = model;
  const rows = (tokensOf(model, plan) * heads) / plan.tensor;
  if (plan.fusedAttention) return 4 * rows;
  return rows * sequence * (plan.precision.activations * (dropout ? 2 : 1) + (dropout ? 1 : 0));
}

/** Elements of a layer's input on one NPU. */
function inputElements(model: Model, plan: Plan): number {
  return (tokensOf(model, plan) * model.hidden) / (plan.sequenceParallel ? plan.tensor : 1);
}

/** The mask of the dropout behind the embedding. */
function embeddingActivations(model: Model, plan: Plan): number {
  return model.dropout ? inputElements(model, plan) : 0;
}

/** Inputs of the last norm and of the output matrix, and logits in fp32. */
function outputActivations(model: Model, plan: Plan): number {
  const logits = (tokensOf(model, plan) * model.vocabulary) / plan.tensor;
  return 2 * plan.precision.activations * inputElements(model, plan) + 4 * logits;
}
