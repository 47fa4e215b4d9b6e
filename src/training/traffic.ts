import type { SymmetricCollective } from '../collectives/collective.js';
import { tokensOf } from './kernels.js';
import { type GroupKind, groupRanks } from './layout.js';
import { headSizes, type Model } from './model.js';
import type { Plan } from './plan.js';

/** A collective of one of the groups of an NPU. */
export interface GroupCollective {
  readonly group: GroupKind;
  readonly collective: SymmetricCollective;
  /** Bytes each rank enters with; whole. */
  readonly bytes: number;
}

/** Bytes of the activations of one micro-batch between layers: `b s h` elements, of the tokens that an NPU has. */
export function activationBytes(model: Model, plan: Plan): number {
  return tokensOf(model, plan) * model.hidden * plan.precision.activations;
}

/**
 * In front of a block that is split over tensor ranks, and behind it (docs/model.md, section 16).
 * Without sequence parallelism nothing in front, an all-reduce behind; the other way round on the way back, where the gradient
 * of the input is what is summed up (Shoeybi et al., arXiv 1909.08053). With it an all-gather in
 * front and a reduce-scatter behind, in both directions (Korthikanti et al., arXiv 2205.05198);
 * their second all-gather on the way back runs beside a matrix multiplication, and is left out.
 *
 * @param times - what a rank gathers, in activations: tokens sent to several experts are several.
 */
export function tensorCollectives(model: Model, plan: Plan, times = 1) {
  const { tensor, sequenceParallel } = plan;
  if (tensor === 1) return { before: [], after: [] };
  const bytes = times * activationBytes(model, plan);
  const one = (collective: SymmetricCollective, share: number): GroupCollective[] => [
    { group: 'tensor', collective, bytes: Math.ceil(share) },
  ];
  if (!sequenceParallel) return { before: [], after: one('all-reduce', bytes) };
  return { before: one('all-gather', bytes / tensor), after: one('reduce-scatter', bytes) };
}

/** Of each token the greatest logit, the target's, and the sum of the exponentials, in fp32. */
const [LOSS_SUMS, LOSS_BYTES] = [3, 4];

/**
 * The loss where tensor ranks have a part of the vocabulary each: all-reduces of a few numbers per
 * token instead of an all-gather of the logits (Shoeybi et al., arXiv 1909.08053, section 3). On
 * the way back each rank has what it needs.
 */
export function lossCollectives(model: Model, plan: Plan): GroupCollective[] {
  if (plan.tensor === 1) return [];
  const sum = { group: 'tensor', collective: 'all-reduce', bytes: LOSS_BYTES * tokensOf(model, plan) } as const;
  return new Array<GroupCollective>(LOSS_SUMS).fill(sum);
}

/**
 * Bytes of a message between stages: the activations, or their gradient. Split over tensor ranks
 * under sequence parallelism, or where each sends a share for the next stage to gather.
 */
export function pipelineBytes(model: Model, plan: Plan): number {
  const isSplit = plan.sequenceParallel || plan.scatterGather;
  return Math.ceil(activationBytes(model, plan) / (isSplit ? plan.tensor : 1));
}

/** What a stage does with such a share when it has come. */
export function gatherShares(model: Model, plan: Plan): GroupCollective[] {
  const { tensor, scatterGather, sequenceParallel } = plan;
  if (tensor === 1 || !scatterGather || sequenceParallel) return [];
  return [{ group: 'tensor', collective: 'all-gather', bytes: pipelineBytes(model, plan) }];
}

/**
 * Bytes of keys and values that go one step round the ring of context-parallel ranks (Liu et al.,
 * arXiv 2310.01889); on the way back their gradients go with them. Of latent attention only what
 * keys and values are made of.
 */
export function exchangeBytes(model: Model, plan: Plan, direction: 'forward' | 'backward'): number {
  const { query, value } = headSizes(model);
  const { latent, keyValueHeads } = model;
  const elements =
    latent === undefined ? (keyValueHeads * (query + value)) / plan.tensor : latent.keyValueRank + latent.rotarySize;
  const once = Math.ceil(tokensOf(model, plan) * elements * plan.precision.activations);
  return direction === 'forward' ? once : 2 * once;
}

/**
 * Each way between tokens and their experts, forward and backward: an all-to-all of
 * every token, once per expert it is sent to (Lepikhin et al., "GShard", arXiv 2006.16668), with balanced routing.
 */
export function dispatch(model: Model, plan: Plan): GroupCollective[] {
  const { expert, tensor, sequenceParallel } = plan;
  if (expert === 1 || model.experts === undefined) return [];
  const bytes = (activationBytes(model, plan) * model.experts.perToken) / (sequenceParallel ? tensor : 1);
  return [{ group: 'expert', collective: 'all-to-all', bytes: Math.ceil(bytes) }];
}

/**
 * Sums up gradients of `parameters` over the ranks that have the same ones: an all-reduce, or a
 * reduce-scatter where these split the optimizer's work.
 */
export function gradientCollective(plan: Plan, group: GroupKind, parameters: number): GroupCollective[] {
  if (parameters === 0 || groupRanks(plan, group) === 1) return [];
  const collective = plan.zero === 0 || group === 'embedding' ? 'all-reduce' : 'reduce-scatter';
  return [{ group, collective, bytes: Math.ceil(parameters * plan.precision.gradients) }];
}

/** Collects `parameters` from the ranks that split them, each of which enters with its share. */
export function weightGather(plan: Plan, group: GroupKind, parameters: number): GroupCollective[] {
  const ranks = groupRanks(plan, group);
  if (parameters === 0 || ranks === 1) return [];
  const bytes = Math.ceil((parameters / ranks) * plan.precision.weights);
  return [{ group, collective: 'all-gather', bytes }];
}
