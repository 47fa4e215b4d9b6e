import * as v from 'valibot';
import { ConfigError, type Issue, show } from '../../base/errors.js';
import { keys, parse, whole } from '../../base/validate.js';

/** One training step of a transformer (GPT-like, multi-head attention, feed-forward of 4 x hidden). */
export interface TransformerOptions {
  readonly layers: number;
  /** Hidden size; divided by the tensor-parallel degree. */
  readonly hidden: number;
  /** Tokens in a sequence. */
  readonly sequence: number;
  /** Sequences in a step, over all NPUs. */
  readonly globalBatch: number;
  /** Sequences that go through a pipeline stage at a time. Default 1. */
  readonly microBatch?: number;
  /** Entries of the vocabulary. Default: neither embedding nor output layer is part of the step. */
  readonly vocabulary?: number;
  /** Bytes of an activation. Default 2. */
  readonly bytesPerElement?: number;
  /** Bytes of a gradient that is reduced. Default: those of an activation. */
  readonly gradientBytes?: number;
  /** Degrees of parallelism. Default 1 each. Their product is the number of NPUs. */
  readonly tensorParallel?: number;
  readonly dataParallel?: number;
  readonly pipelineParallel?: number;
  /** Operations per second that an NPU does: gives the durations. Default: none, for the roofline model. */
  readonly flops?: number;
  /**
   * Reduce the gradients of each layer as soon as its last backward pass is over, instead of
   * all of them at the end. Then computation hides them; but where the members of tensor- and
   * data-parallel groups do not run in lockstep, two NPUs may start two all-reduces in
   * different order, and wait for each other for ever. Default false.
   */
  readonly overlapGradients?: boolean;
}

/** All defaults filled in, all divisions without remainder. */
export interface TransformerModel extends Required<Omit<TransformerOptions, 'vocabulary' | 'flops'>> {
  /** 0 for none. */
  readonly vocabulary: number;
  readonly flops: number | undefined;
  /** Micro-batches that go through each pipeline. */
  readonly microBatches: number;
  /** Layers of a pipeline stage. */
  readonly stageLayers: number;
  readonly npus: number;
}

const count = whole(1, 2 ** 31 - 1);

const schema = keys({
  layers: count,
  hidden: count,
  sequence: count,
  globalBatch: count,
  microBatch: v.optional(count, 1),
  vocabulary: v.optional(count),
  bytesPerElement: v.optional(whole(1, 16), 2),
  gradientBytes: v.optional(whole(1, 16)),
  tensorParallel: v.optional(count, 1),
  dataParallel: v.optional(count, 1),
  pipelineParallel: v.optional(count, 1),
  flops: v.optional(
    v.pipe(v.number('a number above 0'), v.finite('a finite number'), v.gtValue(0, 'a number above 0')),
  ),
  overlapGradients: v.optional(v.boolean('true or false'), false),
});

/** @throws ConfigError when an option is wrong, or one does not divide another. */
export function transformerModel(options: TransformerOptions): TransformerModel {
  const parsed = parse(schema, options);
  const { layers, hidden, globalBatch, microBatch, vocabulary = 0, bytesPerElement, flops } = parsed;
  const { tensorParallel, dataParallel, pipelineParallel } = parsed;
  const issues: Issue[] = [];
  const divide = (path: string, value: number, by: number, what: string) => {
    if (value % by !== 0) issues.push({ path, expected: `a multiple of ${what} (${by})`, got: show(value) });
    return value / by;
  };
  divide('hidden', hidden, tensorParallel, 'tensorParallel');
  divide('vocabulary', vocabulary, tensorParallel, 'tensorParallel');
  const stageLayers = divide('layers', layers, pipelineParallel, 'pipelineParallel');
  const microBatches = divide('globalBatch', globalBatch, dataParallel * microBatch, 'dataParallel x microBatch');
  const npus = tensorParallel * dataParallel * pipelineParallel;
  if (npus > 2 ** 24) issues.push({ path: '', expected: 'at most 16,777,216 NPUs', got: show(npus) });
  if (issues.length > 0) throw new ConfigError(issues);
  const gradientBytes = parsed.gradientBytes ?? bytesPerElement;
  return { ...parsed, vocabulary, flops, gradientBytes, stageLayers, microBatches, npus };
}
