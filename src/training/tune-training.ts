import * as v from 'valibot';
import { ConfigError, SimulationError } from '../base/errors.js';
import { keys, parse, whole } from '../base/validate.js';
import { peakMemory } from './memory.js';
import { Placements } from './placement.js';
import { KNOB_ENTRIES } from './plan.js';
import { type PlanSpace, planSpace } from './plan-space.js';
import type { Axis, PlanSpec } from './plan-spec.js';
import { plansOf, spaceSize } from './plans-of.js';
import { rank, type TrainingPoint, type TunedTraining } from './ranked.js';
import { simulateTraining } from './simulate-training.js';
import { checkTraining, type TrainingOptions } from './training-options.js';

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

const MOST_SHARDS = 2 ** 31 - 1;
/** Plans of a space: each takes milliseconds. */
const MOST_PLANS = 2 ** 24;

/** What a search may be given on the way. */
export const watchEntries = {
  signal: v.optional(v.custom<AbortSignal>((value) => value instanceof AbortSignal, 'an AbortSignal')),
  onProgress: v.optional(v.custom<(share: number) => void>((value) => typeof value === 'function', 'a function')),
};

const inputs = keys({
  options: v.looseObject({ plan: v.record(v.string(), v.unknown(), 'a plan') }, 'options with a plan'),
  space: v.optional(keys(KNOB_ENTRIES)),
  run: keys({
    shard: v.optional(keys({ index: whole(0, MOST_SHARDS), of: whole(1, MOST_SHARDS) }), { index: 0, of: 1 }),
    ...watchEntries,
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

/** @throws ConfigError for a space or ways to run it that are none. */
export function checkSpace(options: TrainingOptions, space: PlanSpace, run: TunedOptions = {}) {
  const asked = parse(inputs, { options, space, run });
  const size = spaceSize(space);
  if (size > MOST_PLANS) {
    throw new ConfigError([{ path: 'space', expected: `at most ${MOST_PLANS} plans`, got: String(size) }]);
  }
  return asked;
}

/** {@link tuneTraining} without the ranking: what one of several workers does. */
export function simulatePlans(options: TrainingOptions, space: PlanSpace, run: TunedOptions = {}): SimulatedPlans {
  // The order of the knobs is the user's: what was checked comes in the order of the schema.
  const asked = checkSpace(options, space, run);
  const { shard, onProgress } = asked.run;
  const size = spaceSize(space);
  const all = Math.max(0, Math.ceil((size - shard.index) / shard.of));
  const points: TrainingPoint[] = [];
  const invalidBy: Record<string, number> = {};
  let [invalid, identical, tooLarge, done] = [0, 0, 0, 0];
  const trial = new Trial(options, (space.order ?? []) as readonly (readonly Axis[])[]);
  for (const plan of plansOf(asked.options.plan as unknown as PlanSpec, space, shard)) {
    if (run.signal?.aborted) throw new SimulationError('aborted', 0);
    const outcome = trial.of(plan);
    if (outcome === 'too large') tooLarge++;
    else if (outcome === 'identical') identical++;
    else if (outcome instanceof ConfigError) {
      invalid++;
      const path = outcome.issues[0]?.path.replace(/^plan\./, '') ?? '';
      invalidBy[path] = (invalidBy[path] ?? 0) + 1;
    } else points.push(outcome);
    onProgress?.(++done / all);
  }
  return { points, counts: { all, invalid, identical, tooLarge, simulated: points.length }, invalidBy };
}

/** Tries plans on one machine. */
class Trial {
  readonly #options: TrainingOptions;
  readonly #orders: readonly (readonly Axis[])[];
  readonly #placements: Placements;

  constructor(options: TrainingOptions, orders: readonly (readonly Axis[])[]) {
    this.#options = options;
    this.#orders = orders;
    this.#placements = new Placements(orders);
  }

  of(spec: PlanSpec): TrainingPoint | ConfigError | 'identical' | 'too large' {
    const options = { ...this.#options, plan: spec };
    try {
      const { model, plan, accelerator, dimensions, network } = checkTraining(options);
      // Who waits for whom at links is not told by what a group spans.
      const firsts =
        this.#orders.length > 1 && network === 'congestion-unaware'
          ? this.#placements.firstAlike(plan, dimensions)
          : [];
      const own = this.#orders.indexOf(spec.order ?? plan.order);
      if ((firsts[own] ?? own) < own) return 'identical';
      if (peakMemory(model, plan).total > accelerator.memoryBytes) return 'too large';
      const { stepNs, npus, tokensPerSecond, memory, modelFlopsUtilisation } = simulateTraining(options);
      const alike = this.#orders.filter((_, i) => i !== own && firsts[i] === own);
      const point = { plan: spec, npus, stepNs, tokensPerSecond, memoryBytes: memory.total, modelFlopsUtilisation };
      return alike.length === 0 ? point : { ...point, alike };
    } catch (error) {
      if (error instanceof ConfigError) return error;
      // Longer than numbers can tell.
      if (error instanceof SimulationError)
        return new ConfigError([{ path: 'time', expected: '', got: error.message }]);
      throw error;
    }
  }
}
