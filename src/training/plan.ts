import * as v from 'valibot';
import { ConfigError, type Issue, show } from '../base/errors.js';
import { keys, parse, quantity, whole } from '../base/validate.js';
import type { Model } from './model.js';
import type { Axis, PlanSpec, PrecisionSpec } from './plan-spec.js';

export const AXES: readonly Axis[] = ['tensor', 'context', 'data', 'pipeline'];

/** {@link PlanSpec} with the defaults filled in and everything divided without remainder. */
export interface Plan extends Required<Omit<PlanSpec, 'precision' | 'bucket' | 'chunks'>> {
  readonly precision: Required<PrecisionSpec>;
  readonly bucketBytes: number;
  /** 1 but for the interleaved schedule. */
  readonly chunks: number;
  /** Micro-batches that go through each pipeline. */
  readonly microBatches: number;
  readonly npus: number;
}

const MOST_NPUS = 2 ** 24;
/** Passes of micro-batches through chunks, or layers, of all stages: each is a few nodes. */
const MOST_PASSES = 2 ** 22;
const count = whole(1, 2 ** 31 - 1);
const flag = v.optional(v.boolean('true or false'), false);
const bytes = whole(1, 64);

const schema = keys({
  globalBatch: count,
  microBatch: v.optional(count, 1),
  tensor: v.optional(count, 1),
  sequenceParallel: flag,
  context: v.optional(count, 1),
  pipeline: v.optional(count, 1),
  schedule: v.optional(v.picklist(['gpipe', '1f1b', 'interleaved'])),
  chunks: v.optional(count),
  data: v.optional(count, 1),
  expert: v.optional(count, 1),
  zero: v.optional(v.picklist([0, 1, 2, 3], '0, 1, 2 or 3'), 0),
  prefetch: v.optional(whole(0, 1024), 1),
  overlapGradients: flag,
  bucket: v.optional(quantity('bytes', { atLeast: 0, whole: true }), 0),
  overlapPipeline: flag,
  scatterGather: flag,
  recompute: v.optional(v.picklist(['none', 'selective', 'full']), 'none'),
  fusedAttention: flag,
  precision: v.optional(
    keys({
      weights: v.optional(bytes, 2),
      activations: v.optional(bytes, 2),
      gradients: v.optional(bytes, 4),
      optimizer: v.optional(bytes, 12),
      compute: v.optional(v.picklist(['fp32', 'tf32', 'bf16', 'fp8']), 'bf16'),
    }),
    {},
  ),
  order: v.optional(
    v.pipe(
      v.array(v.picklist(AXES), 'a list of axes'),
      v.check(
        (order) => order.length === AXES.length && new Set(order).size === AXES.length,
        `${AXES.join(', ')}, each once`,
      ),
    ),
    [...AXES],
  ),
});

/** For each option of a plan, what a list of its values has to be. */
export const KNOB_ENTRIES = Object.fromEntries(
  Object.entries(schema.entries).map(([key, entry]) => [
    key,
    v.optional(
      v.pipe(
        v.array(entry, 'a list of values'),
        v.minLength(1, 'at least one value'),
        v.check(
          (values) => new Set(values.map((one) => JSON.stringify(one))).size === values.length,
          'each value once',
        ),
      ),
    ),
  ]),
);

/**
 * Checks a plan by itself and against the model.
 * @throws ConfigError with everything that is wrong; paths are names of options.
 */
export function readPlan(spec: PlanSpec, model: Model): Plan {
  const { bucket, chunks: asked, schedule: order, ...plan } = parse(schema, spec);
  const { tensor, context, pipeline, data, expert, microBatch, globalBatch } = plan;
  const schedule = order ?? ((asked ?? 1) > 1 ? 'interleaved' : '1f1b');
  const interleaved = schedule === 'interleaved';
  const chunks = interleaved ? (asked ?? 2) : 1;
  const microBatches = globalBatch / (data * microBatch);
  const npus = tensor * context * pipeline * data;
  const issues: Issue[] = modelIssues(model, plan);
  const need = needs(issues);
  need(
    Number.isInteger(microBatches),
    'globalBatch',
    `a multiple of data x microBatch (${data * microBatch})`,
    globalBatch,
  );
  need(npus <= MOST_NPUS, 'tensor', `at most ${MOST_NPUS} NPUs in all`, npus);
  const passes = microBatches * (plan.zero >= 2 ? model.layers : pipeline * chunks);
  const what = plan.zero >= 2 ? 'layers' : 'stages';
  need(passes <= MOST_PASSES, 'globalBatch', `at most ${MOST_PASSES} passes of micro-batches through ${what}`, passes);
  need(data % expert === 0, 'expert', `a divisor of data (${data})`, expert);
  need(
    pipeline * chunks <= model.layers,
    'pipeline',
    `a layer for each chunk, of ${model.layers} layers`,
    `${pipeline * chunks} chunks`,
  );
  if (interleaved) {
    need(
      pipeline > 1,
      order === undefined ? 'chunks' : 'schedule',
      'a pipeline of several stages to interleave',
      pipeline,
    );
    need(
      microBatches % pipeline === 0,
      'globalBatch',
      `micro-batches that are a multiple of pipeline (${pipeline})`,
      microBatches,
    );
  } else need((asked ?? 1) === 1, 'chunks', 'the interleaved schedule', schedule);
  if (issues.length > 0) throw new ConfigError(issues);
  return { ...plan, schedule, bucketBytes: bucket, chunks, microBatches, npus };
}

type Need = (holds: boolean, path: string, expected: string, got: unknown) => void;

function needs(issues: Issue[]): Need {
  return (holds, path, expected, got) => {
    if (!holds) issues.push({ path, expected, got: typeof got === 'string' ? got : show(got) });
  };
}

function modelIssues(model: Model, plan: Pick<Plan, 'tensor' | 'context' | 'expert' | 'sequenceParallel'>): Issue[] {
  const { tensor, context, expert, sequenceParallel } = plan;
  const { experts, heads, keyValueHeads, latent, hidden, vocabulary, sequence } = model;
  const issues: Issue[] = [];
  const need = needs(issues);
  const split = (value: number, what: string) => {
    need(value % tensor === 0, 'tensor', `a divisor of the model's ${what} (${value})`, tensor);
  };
  split(heads, 'heads');
  if (latent === undefined) split(keyValueHeads, 'keyValueHeads');
  split(hidden, 'hidden');
  split(model.feedForward, 'feedForward');
  if (experts !== undefined) split(experts.feedForward, 'experts.feedForward');
  split(vocabulary, 'vocabulary');
  const parts = context * (sequenceParallel ? tensor : 1);
  need(
    sequence % parts === 0,
    'context',
    `parts of equal length of a sequence of ${sequence} tokens`,
    `${parts} parts`,
  );
  const number = experts?.count ?? 1;
  need(number % expert === 0, 'expert', `a divisor of the model's experts (${number})`, expert);
  return issues;
}

/** Layers of a chunk, `[first, end)`: spread evenly; where that leaves a remainder, later chunks have one more. */
export function layersOf(model: Model, { pipeline, chunks }: Plan, stage: number, chunk: number): [number, number] {
  const all = pipeline * chunks;
  const which = chunk * pipeline + stage;
  return [Math.floor((model.layers * which) / all), Math.floor((model.layers * (which + 1)) / all)];
}
