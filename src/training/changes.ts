import * as v from 'valibot';
import { ConfigError } from '../base/errors.js';
import { keys, parse, whole } from '../base/validate.js';
import { isClusterShorthand } from '../topology/cluster.js';
import { AXES } from './plan.js';
import type { PlanSpec } from './plan-spec.js';
import type { TimeUse } from './play-step.js';
import { simulateTraining, type TrainingResult } from './simulate-training.js';
import type { TrainingOptions } from './training-options.js';

/** Changes that one may ask for: there are fewer. */
export const MOST_CHANGES = 100;

/** A plan that differs in one thing, simulated. */
export interface Change {
  /** What differs: `tensor: 8 -> 4`. */
  readonly name: string;
  readonly option: keyof PlanSpec;
  readonly from: PlanSpec[keyof PlanSpec];
  readonly to: PlanSpec[keyof PlanSpec];
  /** What has to be set besides: a schedule that was asked for by name may have to change with the chunks. */
  readonly also?: Partial<PlanSpec>;
  readonly plan: PlanSpec;
  readonly result: TrainingResult;
  /** Share of the step that is saved; negative when it takes longer. */
  readonly gain: number;
}

/**
 * The single changes of a plan that help most, each simulated: degrees doubled and halved (data
 * parallelism makes up for them), and every other option set to each of its values. Of a plan
 * that fits, only those that fit and save time. Of one that does not, first those that make it
 * fit, even if it takes longer then. Best first. With measured durations, which are those of one
 * computation, nothing that would make it another one.
 *
 * @param most - changes to return, 0 to 100.
 * @throws ConfigError with what is wrong with the plan itself.
 */
export function bestChanges(options: TrainingOptions, most = 5): Change[] {
  parse(wanted, { most });
  const before = simulateTraining(options);
  // Every plan is for the same accelerators: data parallelism is worked out anew.
  const cluster = fixedCluster(options, before.npus);
  const changes: Change[] = [];
  const measured = options.durations !== undefined;
  for (const neighbour of neighbours(options.plan)) {
    if (measured && COMPUTED_OTHERWISE.includes(neighbour.option)) continue;
    try {
      const result = simulateTraining({ ...options, cluster, plan: neighbour.plan });
      const gain = 1 - result.stepNs / before.stepNs;
      if (before.fits ? result.fits && gain > 0 : result.fits || gain > 0) changes.push({ ...neighbour, result, gain });
    } catch (error) {
      // What does not divide is no change that anybody could make.
      if (!(error instanceof ConfigError)) throw error;
    }
  }
  const fits = ({ result }: Change) => Number(result.fits);
  return changes.sort((a, b) => fits(b) - fits(a) || b.gain - a.gain).slice(0, most);
}

function fixedCluster({ cluster }: TrainingOptions, npus: number): TrainingOptions['cluster'] {
  return typeof cluster === 'string' && !isClusterShorthand(cluster) ? `${cluster} x ${npus}` : cluster;
}

/** Options that decide what a computation is: its duration would be measured anew. */
const COMPUTED_OTHERWISE: readonly (keyof PlanSpec)[] = [
  ...(['tensor', 'context', 'expert', 'microBatch', 'sequenceParallel', 'fusedAttention'] as const),
];

type Neighbour = Omit<Change, 'result' | 'gain'>;

/** Plans that differ in one thing. */
function neighbours({ data: _, ...plan }: PlanSpec): Neighbour[] {
  const list: Neighbour[] = [];
  const add = <K extends keyof PlanSpec>(
    option: K,
    from: PlanSpec[K],
    values: readonly PlanSpec[K][],
    also?: (to: PlanSpec[K]) => Partial<PlanSpec>,
  ) => {
    for (const to of values) {
      if (String(to) === String(from)) continue;
      const [before, after] = [from, to].map((value) => (Array.isArray(value) ? value.join(', ') : value));
      const besides = also === undefined ? {} : { also: also(to) };
      const changed = { ...plan, ...besides.also, [option]: to };
      list.push({ name: `${option}: ${before} -> ${after}`, option, from, to, ...besides, plan: changed });
    }
  };
  for (const degree of ['tensor', 'pipeline', 'context', 'expert', 'microBatch'] as const) {
    const now = plan[degree] ?? 1;
    add(degree, now, [2 * now, now / 2].filter(Number.isInteger));
  }
  const { chunks, schedule = (chunks ?? 1) > 1 ? 'interleaved' : '1f1b' } = plan;
  // Only chunks that are interleaved are more than one.
  const scheduleOf = (count = 1): Partial<PlanSpec> => ({ schedule: count > 1 ? 'interleaved' : '1f1b' });
  const isNamed = plan.schedule !== undefined;
  add('chunks', schedule === 'interleaved' ? (chunks ?? 2) : 1, [1, 2, 3, 4, 6], isNamed ? scheduleOf : undefined);
  if (schedule !== 'interleaved') add('schedule', schedule, ['gpipe', '1f1b']);
  add('zero', plan.zero ?? 0, [0, 1, 2, 3]);
  add('recompute', plan.recompute ?? 'none', ['none', 'selective', 'full']);
  for (const flag of FLAGS) add(flag, plan[flag] ?? false, [true, false]);
  const order = plan.order ?? AXES;
  const swapped = order.map((axis) => (axis === 'data' ? 'pipeline' : axis === 'pipeline' ? 'data' : axis));
  add('order', order, [swapped]);
  return list;
}

const FLAGS = ['sequenceParallel', 'overlapGradients', 'overlapPipeline', 'scatterGather', 'fusedAttention'] as const;

/**
 * What takes most of the time beside the operations that the model needs; undefined when nothing does.
 * @throws ConfigError for times that are none.
 */
export function bottleneckOf(use: TimeUse): keyof TimeUse | undefined {
  const { forward: _, backward: __, ...rest } = parse(timeUse, use);
  const [most] = Object.entries(rest).sort(([, a], [, b]) => b - a) as [keyof TimeUse, number][];
  return most !== undefined && most[1] > 0 ? most[0] : undefined;
}

const wanted = keys({ most: whole(0, MOST_CHANGES) });
const ns = v.pipe(v.number('ns'), v.finite('ns'));

const timeUse = keys({
  forward: ns,
  backward: ns,
  recomputed: ns,
  optimizer: ns,
  tensor: ns,
  context: ns,
  expert: ns,
  pipeline: ns,
  data: ns,
  bubble: ns,
  contention: ns,
} satisfies Record<keyof TimeUse, v.GenericSchema>);
