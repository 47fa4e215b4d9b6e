import * as v from 'valibot';
import { keys, parse, whole } from '../base/validate.js';
import type { PlanSpec } from './plan-spec.js';
import type { TrainingOptions } from './training-options.js';

/** A training step that somebody measured, and how to simulate it. */
export interface MeasuredStep {
  readonly name: string;
  readonly source: string;
  readonly options: Pick<TrainingOptions, 'model' | 'cluster' | 'plan'>;
  readonly seconds: number;
}

const count = whole(1, 2 ** 31 - 1);
const positive = v.pipe(v.number('a number'), v.finite('a finite number'), v.gtValue(0, 'a number above 0'));

const row = keys({
  source: v.string('a source'),
  heads: count,
  hidden: count,
  layers: count,
  sequence: count,
  vocabulary: count,
  tensorParallel: count,
  pipelineParallel: count,
  dataParallel: count,
  interleaving: v.optional(count),
  gpus: count,
  globalBatch: count,
  microBatch: v.nullable(count),
  activationRecomputation: v.picklist(['full', 'selective + sequence parallel']),
  stepSeconds: positive,
  peakTflops: v.literal(312),
  model: v.optional(v.string()),
  paramsB: v.optional(positive),
  achievedTflopsPerGpu: v.optional(positive),
  flopsPerStep: v.optional(positive),
  modelFlopsPerStep: v.optional(positive),
  note: v.optional(v.string()),
});

/**
 * Reads published steps of Megatron on DGX A100 (`data/training/published-steps.json`).
 *
 * What the papers do not print is chosen once, by rule: where the micro-batch is missing, 1 with a
 * pipeline, else 4; where the number of interleaved chunks is, the least above 1 that divides the
 * layers of a stage (Narayanan et al. say only that they interleave, and scatter and gather).
 * Gradients have the two bytes of fp16.
 *
 * @throws ConfigError when a row is wrong.
 */
export function readMeasuredSteps(json: unknown): MeasuredStep[] {
  return parse(v.array(row, 'a list of rows'), json).map((one) => {
    const { tensorParallel: tensor, pipelineParallel: pipeline, dataParallel: data, heads, hidden, layers } = one;
    const { sequence, vocabulary, globalBatch, gpus } = one;
    const full = one.activationRecomputation === 'full';
    const chunks = one.interleaving ?? leastDivisor(layers / pipeline);
    const plan: PlanSpec = {
      globalBatch,
      microBatch: one.microBatch ?? (pipeline > 1 ? 1 : 4),
      tensor,
      pipeline,
      data,
      sequenceParallel: !full,
      recompute: full ? 'full' : 'selective',
      scatterGather: full,
      precision: { gradients: 2 },
      ...(pipeline > 1 && chunks > 1 ? { schedule: 'interleaved', chunks } : {}),
    };
    const size = one.model ?? `${one.paramsB}B`;
    return {
      name: `${size} on ${gpus}${full ? '' : ', selective'}`,
      source: one.source,
      options: {
        model: { style: 'gpt', layers, hidden, heads, sequence, vocabulary },
        cluster: `dgx-a100 x ${gpus}`,
        plan,
      },
      seconds: one.stepSeconds,
    };
  });
}

/** The least divisor above 1; 1 of 1. */
function leastDivisor(number: number): number {
  for (let divisor = 2; divisor < number; divisor++) if (number % divisor === 0) return divisor;
  return number;
}
