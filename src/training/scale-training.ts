import * as v from 'valibot';
import { SimulationError } from '../base/errors.js';
import { keys, parse, whole } from '../base/validate.js';
import { type ClusterName, isClusterName } from '../topology/cluster.js';
import type { PlanSpace } from './plan-space.js';
import type { TrainingPoint, TunedTraining } from './ranked.js';
import { readMachine, type TrainingOptions } from './training-options.js';
import { type TunedOptions, tuneTraining, watchEntries } from './tune-training.js';

/** What tuning found for a number of accelerators. */
export interface TunedSize extends TunedTraining {
  readonly accelerators: number;
}

export interface ScaledTraining {
  /** Fewest accelerators first. */
  readonly sizes: readonly TunedSize[];
  /** The best plan of each number of accelerators that is faster than on all smaller ones, fewest first. */
  readonly front: readonly TrainingPoint[];
}

const CLUSTER = 'the name of a cluster without its size, such as "dgx-a100"';
/** Numbers of accelerators that are tuned in one call. */
const MOST_SIZES = 64;
const numbers = keys({
  accelerators: v.pipe(
    v.array(whole(1, 2 ** 24), 'a list of numbers of accelerators'),
    v.minLength(1, 'at least one number of accelerators'),
    v.maxLength(MOST_SIZES, `at most ${MOST_SIZES} numbers of accelerators`),
  ),
});
const watching = keys({ run: keys(watchEntries) });
const machine = v.looseObject({ cluster: v.custom<ClusterName>(isClusterName, CLUSTER) }, 'options with a cluster');

/**
 * Tunes for several numbers of accelerators: time of a step against their number.
 * @param options - the cluster by its name alone, such as `"dgx-a100"`.
 * @param accelerators - each number once counts; in any order.
 * @param space - default: that of each number, `planSpace`.
 * @throws ConfigError for numbers that the cluster cannot have, and as {@link tuneTraining}.
 * @throws SimulationError on an abort.
 */
export function scaleTraining(
  options: TrainingOptions,
  accelerators: readonly number[],
  space?: PlanSpace,
  watch: Pick<TunedOptions, 'signal' | 'onProgress'> = {},
): ScaledTraining {
  const { signal, onProgress } = parse(watching, { run: watch }).run;
  const all = sizedOptions(options, accelerators);
  const sizes = all.map(([npus, sized], i): TunedSize => {
    if (signal?.aborted) throw new SimulationError('aborted', 0);
    const at = (share: number) => onProgress?.((i + share) / all.length);
    const run = { ...(signal && { signal }), ...(onProgress && { onProgress: at }) };
    return { accelerators: npus, ...tuneTraining(sized, space, run) };
  });
  return { sizes, front: scaleFront(sizes.map(({ best }) => best)) };
}

/**
 * The options with the cluster in each of its sizes, fewest accelerators first.
 * @throws ConfigError for a cluster without a name, and for numbers that it cannot have.
 */
export function sizedOptions(
  options: TrainingOptions,
  accelerators: readonly number[],
): (readonly [number, TrainingOptions])[] {
  const { cluster } = parse(machine, options);
  const sizes = [...new Set(parse(numbers, { accelerators }).accelerators)].sort((a, b) => a - b);
  return sizes.map((npus) => {
    const sized = { ...options, cluster: `${cluster} x ${npus}` };
    readMachine(sized);
    return [npus, sized];
  });
}

/** Of the best plans of growing numbers of accelerators, those that are faster than all before. */
export function scaleFront(bests: readonly (TrainingPoint | undefined)[]): TrainingPoint[] {
  const front: TrainingPoint[] = [];
  for (const best of bests) {
    if (best !== undefined && best.stepNs < (front.at(-1)?.stepNs ?? Infinity)) front.push(best);
  }
  return front;
}
