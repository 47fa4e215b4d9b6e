import { ConfigError, SimulationError } from '../base/errors.js';
import { peakMemory } from './memory.js';
import type { PlanSpec } from './plan-spec.js';
import { simulateTraining, type TrainingResult } from './simulate-training.js';
import { checkTraining, type TrainingOptions } from './training-options.js';

/** Values that knobs of a plan may take; those that are not named stay as the plan has them. */
export type PlanSpace = { readonly [K in keyof PlanSpec]?: readonly PlanSpec[K][] };

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

/** Combinations of a space, in order: the last knob varies fastest. */
export function* plansOf(plan: PlanSpec, space: PlanSpace): Generator<PlanSpec> {
  const knobs = Object.entries(space) as [keyof PlanSpec, readonly unknown[]][];
  const total = knobs.reduce((product, [, values]) => product * values.length, 1);
  for (let point = 0; point < total; point++) {
    let rest = point;
    const chosen: Record<string, unknown> = {};
    for (const [knob, values] of knobs.toReversed()) {
      chosen[knob] = values[rest % values.length];
      rest = Math.floor(rest / values.length);
    }
    yield { ...plan, ...chosen };
  }
}

/**
 * Simulates every valid plan of a space that fits into memory.
 * @throws SimulationError on an abort.
 */
export function tuneTraining(options: TrainingOptions, space: PlanSpace, run: TunedOptions = {}): TunedTraining {
  const { shard = { index: 0, of: 1 }, signal, onProgress } = run;
  const plans = [...plansOf(options.plan, space)].filter((_, i) => i % shard.of === shard.index);
  const points: TrainingPoint[] = [];
  let [invalid, tooLarge] = [0, 0];
  for (const [i, plan] of plans.entries()) {
    if (signal?.aborted) throw new SimulationError('aborted', 0);
    const outcome = tryPlan({ ...options, plan });
    if (outcome === 'invalid') invalid++;
    else if (outcome === 'too large') tooLarge++;
    else points.push(pointOf(plan, outcome));
    onProgress?.((i + 1) / plans.length);
  }
  const counts = { all: plans.length, invalid, tooLarge, simulated: points.length };
  return { ...rank(points, space), counts };
}

/** Best, front and knobs of points, such as those of several shards. */
export function rank(points: readonly TrainingPoint[], space: PlanSpace): Omit<TunedTraining, 'counts'> {
  const sorted = points.toSorted((a, b) => a.stepNs - b.stepNs || a.memoryBytes - b.memoryBytes);
  const front: TrainingPoint[] = [];
  for (const point of sorted) {
    if (front.every(({ memoryBytes }) => point.memoryBytes < memoryBytes)) front.push(point);
  }
  const knobs = (Object.keys(space) as (keyof PlanSpec)[]).map((knob): KnobWorth => {
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

function tryPlan(options: TrainingOptions): TrainingResult | 'invalid' | 'too large' {
  try {
    const { model, plan, accelerator } = checkTraining(options);
    if (peakMemory(model, plan).total > accelerator.memoryBytes) return 'too large';
    return simulateTraining(options);
  } catch (error) {
    if (error instanceof ConfigError) return 'invalid';
    throw error;
  }
}
