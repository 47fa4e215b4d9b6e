import * as v from 'valibot';
import { ConfigError, SimulationError } from '../base/errors.js';
import { keys, parse, whole } from '../base/validate.js';
import { peakMemory } from './memory.js';
import { KNOB_ENTRIES } from './plan.js';
import { type PlanSpace, planSpace } from './plan-space.js';
import type { PlanSpec } from './plan-spec.js';
import { simulateTraining, type TrainingResult } from './simulate-training.js';
import { checkTraining, type TrainingOptions } from './training-options.js';

export interface TrainingPoint {
  readonly plan: PlanSpec;
  readonly stepNs: number;
  readonly memoryBytes: number;
  readonly modelFlopsUtilisation: number;
}

/** What a knob is worth: the best time with each of its values. */
export interface KnobWorth {
  readonly knob: string;
  readonly values: readonly { readonly value: string; readonly stepNs: number }[];
}

export interface TunedTraining {
  readonly best: TrainingPoint | undefined;
  /** Points that no other beats in both time and memory, fastest first. */
  readonly front: readonly TrainingPoint[];
  readonly knobs: readonly KnobWorth[];
  /** Points of the space, by what became of them. */
  readonly counts: {
    readonly all: number;
    /** Something does not divide. */
    readonly invalid: number;
    /** More memory than an accelerator has: not simulated. */
    readonly tooLarge: number;
    readonly simulated: number;
  };
}

export interface TunedOptions {
  /** Every so many of the points, from `index`: for several workers. Default all. */
  readonly shard?: { readonly index: number; readonly of: number };
  readonly signal?: AbortSignal;
  /** Called with the share of points that are done. */
  readonly onProgress?: (share: number) => void;
}

/** Points of a space that were simulated, in order, and what became of the others. */
export interface SimulatedPlans {
  readonly points: readonly TrainingPoint[];
  readonly counts: TunedTraining['counts'];
  /** Options that make points invalid, and of how many each is the first that is wrong. */
  readonly invalidBy: Readonly<Record<string, number>>;
}

/** How many combinations a space has. */
export function spaceSize(space: PlanSpace): number {
  return knobsOf(space).reduce((product, [, values]) => product * values.length, 1);
}

function knobsOf(space: PlanSpace): [keyof PlanSpec, readonly unknown[]][] {
  return Object.entries(space).filter(([, values]) => values !== undefined) as [keyof PlanSpec, unknown[]][];
}

/** Combinations of a space, in order, the last knob varying fastest; or every so many of them. */
export function* plansOf(plan: PlanSpec, space: PlanSpace, shard = { index: 0, of: 1 }): Generator<PlanSpec> {
  const knobs = knobsOf(space);
  const total = spaceSize(space);
  for (let point = shard.index; point < total; point += shard.of) {
    let rest = point;
    const chosen: Record<string, unknown> = {};
    for (const [knob, values] of knobs.toReversed()) {
      chosen[knob] = values[rest % values.length];
      rest = Math.floor(rest / values.length);
    }
    yield { ...plan, ...chosen };
  }
}

const MOST_SHARDS = 2 ** 31 - 1;
/** Plans of a space: each takes milliseconds. */
const MOST_PLANS = 2 ** 24;

const inputs = keys({
  options: v.looseObject({ plan: v.record(v.string(), v.unknown(), 'a plan') }, 'options with a plan'),
  space: v.optional(keys(KNOB_ENTRIES)),
  run: keys({
    shard: v.optional(keys({ index: whole(0, MOST_SHARDS), of: whole(1, MOST_SHARDS) }), { index: 0, of: 1 }),
    signal: v.optional(v.custom<AbortSignal>((value) => value instanceof AbortSignal, 'an AbortSignal')),
    onProgress: v.optional(v.custom<(share: number) => void>((value) => typeof value === 'function', 'a function')),
  }),
});

/**
 * Simulates every valid plan of a space that fits into memory, and ranks them.
 * @param space - default: {@link planSpace}.
 * @throws ConfigError for a space or ways to run it that are none; plans are left out where something is wrong with them.
 * @throws SimulationError on an abort.
 */
export function tuneTraining(options: TrainingOptions, space?: PlanSpace, run: TunedOptions = {}): TunedTraining {
  parse(inputs, { options, space, run });
  const searched = space ?? planSpace(options);
  const { points, counts } = simulatePlans(options, searched, run);
  return { ...rank(points, searched), counts };
}

/** {@link tuneTraining} without the ranking: what one of several workers does. */
export function simulatePlans(options: TrainingOptions, space: PlanSpace, run: TunedOptions = {}): SimulatedPlans {
  // The order of the knobs is the user's: what was checked comes in the order of the schema.
  const asked = parse(inputs, { options, space, run });
  const { shard, onProgress } = asked.run;
  const size = spaceSize(space);
  if (size > MOST_PLANS) {
    throw new ConfigError([{ path: 'space', expected: `at most ${MOST_PLANS} plans`, got: String(size) }]);
  }
  const all = Math.max(0, Math.ceil((size - shard.index) / shard.of));
  const points: TrainingPoint[] = [];
  const invalidBy: Record<string, number> = {};
  let [invalid, tooLarge, done] = [0, 0, 0];
  for (const plan of plansOf(asked.options.plan as unknown as PlanSpec, space, shard)) {
    if (run.signal?.aborted) throw new SimulationError('aborted', 0);
    const outcome = tryPlan({ ...options, plan });
    if (outcome === 'too large') tooLarge++;
    else if (outcome instanceof ConfigError) {
      invalid++;
      const path = outcome.issues[0]?.path.replace(/^plan\./, '') ?? '';
      invalidBy[path] = (invalidBy[path] ?? 0) + 1;
    } else points.push(pointOf(plan, outcome));
    onProgress?.(++done / all);
  }
  return { points, counts: { all, invalid, tooLarge, simulated: points.length }, invalidBy };
}

/** Best, front and knobs of points, such as those of several shards. */
export function rank(points: readonly TrainingPoint[], space: PlanSpace): Omit<TunedTraining, 'counts'> {
  const sorted = points.toSorted((a, b) => a.stepNs - b.stepNs || a.memoryBytes - b.memoryBytes);
  const front: TrainingPoint[] = [];
  for (const point of sorted) {
    if (front.every(({ memoryBytes }) => point.memoryBytes < memoryBytes)) front.push(point);
  }
  const named = Object.keys(space).filter((knob) => space[knob as keyof PlanSpec] !== undefined);
  const knobs = (named as (keyof PlanSpec)[]).map((knob): KnobWorth => {
    const best = new Map<string, number>();
    for (const { plan, stepNs } of sorted) {
      const value = JSON.stringify(plan[knob]);
      if (!best.has(value)) best.set(value, stepNs);
    }
    return { knob, values: [...best].map(([value, stepNs]) => ({ value, stepNs })) };
  });
  return { best: sorted[0], front, knobs };
}

function pointOf(plan: PlanSpec, { stepNs, memory, modelFlopsUtilisation }: TrainingResult): TrainingPoint {
  return { plan, stepNs, memoryBytes: memory.total, modelFlopsUtilisation };
}

function tryPlan(options: TrainingOptions): TrainingResult | ConfigError | 'too large' {
  try {
    const { model, plan, accelerator } = checkTraining(options);
    if (peakMemory(model, plan).total > accelerator.memoryBytes) return 'too large';
    return simulateTraining(options);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}
