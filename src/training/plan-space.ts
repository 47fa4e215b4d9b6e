import { ConfigError } from '../base/errors.js';
import { AXES } from './plan.js';
import type { Axis, PlanSpec } from './plan-spec.js';
import { readMachine, type TrainingOptions } from './training-options.js';

/** Values that knobs of a plan may take; those that are not named stay as the plan has them. */
export type PlanSpace = { readonly [K in keyof PlanSpec]?: readonly PlanSpec[K][] };

/** Stages beyond this wait for each other more than they compute. */
const MOST_STAGES = 64;
/** Ranks of an expert group beyond this are rarely worth their all-to-alls. */
const MOST_EXPERT_RANKS = 64;
/** Sequences from this length on may be worth splitting. */
const LONG_SEQUENCE = 16384;

/**
 * The space that is worth a look for a model on a cluster: what the plan leaves open of tensor
 * (within the network's fastest dimension), pipeline, context (of long sequences), expert (of
 * models that have some), micro-batch, chunks, ZeRO stage, recomputation and the order of axes
 * (tensor ranks as neighbours; with experts also replicas); with sequence parallelism and overlapped
 * gradients, which cost nothing. Data parallelism takes what is left of the accelerators.
 *
 * @throws ConfigError with what is wrong with model or cluster, and for a cluster of no certain size.
 */
export function planSpace(options: TrainingOptions): PlanSpace {
  const { model, cluster } = readMachine(options);
  if (cluster === undefined) {
    const expected = 'a number of accelerators, such as "dgx-a100 x 1024"';
    throw new ConfigError([{ path: 'cluster', expected, got: String(options.cluster) }]);
  }
  const { npus, dimensions } = cluster;
  const box = dimensions.find((one) => one.npus > 1)?.npus ?? 1;
  const context = model.sequence >= LONG_SEQUENCE ? powers(8).filter((degree) => npus % degree === 0) : undefined;
  const splitsSequence = (options.plan.context ?? (context === undefined ? 1 : undefined)) !== 1;
  const space: PlanSpace = {
    tensor: powers(box).filter((degree) => npus % degree === 0 && model.heads % degree === 0),
    pipeline: divisors(npus).filter((degree) => degree <= Math.min(model.layers, MOST_STAGES)),
    ...(context === undefined ? {} : { context }),
    ...(model.experts === undefined ? {} : { expert: powers(Math.min(model.experts.count, npus, MOST_EXPERT_RANKS)) }),
    microBatch: [1, 2, 4, 8],
    chunks: [1, 2, 4],
    zero: [0, 1, 2, 3],
    recompute: ['none', 'selective', 'full'],
    order: ordersOf(splitsSequence, model.experts !== undefined),
    sequenceParallel: [true],
    overlapGradients: [true],
  };
  const open = Object.entries(space).filter(([knob]) => options.plan[knob as keyof PlanSpec] === undefined);
  return Object.fromEntries(open);
}

/** The default comes first. */
function ordersOf(splitsSequence: boolean, hasExperts: boolean): (readonly Axis[])[] {
  const rests = splitsSequence
    ? permutations<Axis>(['context', 'data', 'pipeline'])
    : permutations<Axis>(['data', 'pipeline']).map((rest): Axis[] => ['context', ...rest]);
  const orders = rests.map((rest): Axis[] => ['tensor', ...rest]);
  // Experts are spread over replicas.
  return hasExperts ? [...orders, ['data', ...AXES.filter((axis) => axis !== 'data')]] : orders;
}

function permutations<T>(list: readonly T[]): T[][] {
  if (list.length < 2) return [[...list]];
  return list.flatMap((first) => permutations(list.filter((one) => one !== first)).map((rest) => [first, ...rest]));
}

function powers(most: number): number[] {
  const list: number[] = [];
  for (let power = 1; power <= most; power *= 2) list.push(power);
  return list;
}

function divisors(number: number): number[] {
  return Array.from({ length: MOST_STAGES }, (_, i) => i + 1).filter((one) => number % one === 0);
}
