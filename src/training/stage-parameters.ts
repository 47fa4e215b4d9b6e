import { groupRanks } from './layout.js';
import type { Model } from './model.js';
import {
  embeddingParameters,
  layerParameters,
  normParameters,
  type ParameterCount,
  positionParameters,
} from './parameters.js';
import { layersOf, type Plan } from './plan.js';

/** The stage with the embedding, and chunk 0 of it. */
export function isFirst(stage: number): boolean {
  return stage === 0;
}

/** The stage with the output layer, in its last chunk. */
export function isLast(plan: Plan, stage: number): boolean {
  return stage === plan.pipeline - 1;
}

/** First and last stage hold the same matrix, and add up what each has for its gradient. */
export function sharesEmbedding(model: Model, plan: Plan, stage: number): boolean {
  return model.tiedEmbeddings && plan.pipeline > 1 && (isFirst(stage) || isLast(plan, stage));
}

/** Parameters outside the layers that an NPU of a stage has: embeddings, output matrix, last norm. */
export function outerParameters(model: Model, plan: Plan, stage: number): number {
  const words = embeddingParameters(model, plan);
  const first = isFirst(stage) ? words + positionParameters(model) : 0;
  const own = model.tiedEmbeddings && plan.pipeline === 1 ? 0 : words;
  return first + (isLast(plan, stage) ? own + normParameters(model) : 0);
}

/** Parameters of an NPU of a stage. */
export function stageParameters(model: Model, plan: Plan, stage: number): ParameterCount {
  let dense = outerParameters(model, plan, stage);
  let routed = 0;
  for (let chunk = 0; chunk < plan.chunks; chunk++) {
    const [first, end] = layersOf(model, plan, stage, chunk);
    for (let layer = first; layer < end; layer++) {
      const count = layerParameters(model, layer, plan);
      dense += count.dense;
      routed += count.routed;
    }
  }
  return { dense, routed };
}

/** Parameters that an NPU keeps of `count`, when those that have the same split them among each other. */
export function sharded({ dense, routed }: ParameterCount, plan: Plan): number {
  return dense / groupRanks(plan, 'data') + routed / groupRanks(plan, 'expert-data');
}

export function unsharded({ dense, routed }: ParameterCount): number {
  return dense + routed;
}
