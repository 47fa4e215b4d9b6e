import type { PlanSpec, TrainingOptions } from 'astra-sim-ts/training';
import type { FieldName, Page } from './page.js';
import { numberOr } from './spec.js';

/** Fields of the page that are switches of a plan. */
export const PLAN_FLAGS = [
  { field: 'sequence', plan: 'sequenceParallel', label: 'sequence parallel' },
  { field: 'overlapgradients', plan: 'overlapGradients', label: 'reduce gradients during the backward pass' },
  { field: 'overlappipeline', plan: 'overlapPipeline', label: 'compute while messages travel' },
  { field: 'scattergather', plan: 'scatterGather', label: 'send shares to the next stage' },
  { field: 'fused', plan: 'fusedAttention', label: 'fused attention' },
] as const satisfies readonly { readonly field: FieldName; readonly plan: keyof PlanSpec; readonly label: string }[];

/** Fields that are numbers of a plan. */
export const PLAN_NUMBERS = [
  { field: 'tensor', plan: 'tensor', label: 'Tensor' },
  { field: 'pipeline', plan: 'pipeline', label: 'Pipeline' },
  { field: 'context', plan: 'context', label: 'Context' },
  { field: 'expert', plan: 'expert', label: 'Expert' },
  { field: 'batch', plan: 'globalBatch', label: 'Global batch' },
  { field: 'micro', plan: 'microBatch', label: 'Micro-batch' },
] as const satisfies readonly { readonly field: FieldName; readonly plan: keyof PlanSpec; readonly label: string }[];

/** What the library should simulate. */
export function trainingOptionsOf(page: Page): TrainingOptions {
  const plan: Record<string, unknown> = { schedule: page.schedule, zero: Number(page.zero), recompute: page.recompute };
  for (const { field, plan: name } of PLAN_NUMBERS) plan[name] = numberOr(page[field]);
  for (const { field, plan: name } of PLAN_FLAGS) if (page[field] === 'yes') plan[name] = true;
  if (page.gradients === '2') plan['precision'] = { gradients: 2 };
  if (page.schedule === 'interleaved') plan['chunks'] = numberOr(page.chunks);
  return { model: page.model.trim() as 'gpt3-175b', cluster: page.cluster.trim(), plan: plan as unknown as PlanSpec };
}

/** A plan as fields of the page. */
export function fieldsOfPlan(plan: PlanSpec): Partial<Record<FieldName, string>> {
  const fields: Partial<Record<FieldName, string>> = {
    schedule: plan.schedule ?? '1f1b',
    zero: String(plan.zero ?? 0),
    recompute: plan.recompute ?? 'none',
    gradients: plan.precision?.gradients === 2 ? '2' : '4',
  };
  for (const { field, plan: name } of PLAN_NUMBERS) fields[field] = String(plan[name] ?? 1);
  for (const { field, plan: name } of PLAN_FLAGS) fields[field] = plan[name] === true ? 'yes' : 'no';
  if (plan.chunks !== undefined) fields.chunks = String(plan.chunks);
  return fields;
}
