import { layerKernels, operationsOf, outputKernels } from './kernels.js';
import type { Model } from './model.js';
import { type Plan, readPlan } from './plan.js';

/** Operations of a step, over all NPUs. */
export interface StepOperations {
  readonly forward: number;
  readonly backward: number;
  /** Done a second time because activations were not kept. */
  readonly recomputed: number;
}

/**
 * What the model needs: forward and backward, every score of the attention counted, nothing
 * twice. Model FLOP/s utilisation is this over time, NPUs and peak (Chowdhery et al., "PaLM",
 * arXiv 2204.02311, appendix B). For GPT's style: `72 B s l h^2 (1 + s/6h + V/12lh)`.
 */
export function modelOperations(model: Model, globalBatch: number): number {
  // One NPU that does it all, sequence by sequence.
  const { forward, backward } = stepOperations(model, readPlan({ globalBatch: 1 }, model));
  return globalBatch * (forward + backward);
}

/** What is carried out under a plan. Full recomputation with GPT's style: `96 B s l h^2 (1 + s/6h + V/16lh)`. */
export function stepOperations(model: Model, plan: Plan): StepOperations {
  const passes = plan.microBatches * plan.data * plan.context * plan.tensor;
  const output = outputKernels(model, plan);
  let forward = operationsOf(output.forward);
  let backward = operationsOf(output.backward);
  let recomputed = 0;
  for (let layer = 0; layer < model.layers; layer++) {
    const { attention, core, feedForward } = layerKernels(model, plan, layer);
    for (const work of [attention, core, feedForward]) {
      const once = operationsOf(work.forward);
      forward += once;
      backward += operationsOf(work.backward);
      if (plan.recompute === 'full' || (plan.recompute === 'selective' && work === core)) recomputed += once;
    }
  }
  return { forward: forward * passes, backward: backward * passes, recomputed: recomputed * passes };
}
