import { ConfigError, SimulationError } from '../../base/errors.js';
import { pause } from '../batches.js';
import { compileSweep } from '../compile.js';
import type { SweepDefinition } from '../definition.js';
import type { Points } from '../points.js';
import type { Evaluator } from './evaluator.js';
import { everyPoint } from './exhaustive.js';
import { Best, ParetoFront } from './ranking.js';
import { type Score, scorePoints } from './score.js';
import { search } from './search.js';
import { type Sensitivity, sensitivityAround } from './sensitivity.js';

export interface TuneOptions {
  /** Default: as `exhaustiveUpTo` says. */
  readonly method?: 'exhaustive' | 'search';
  /** How many of the best points to return. Default 10. */
  readonly best?: number;
  /** Who evaluates points. Default: this thread. */
  readonly evaluator?: Evaluator;
  /** Ends it with a SimulationError. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TuneProgress) => void;
}

export interface TuneProgress {
  readonly evaluated: number;
  /** Evaluations there will be, at most. */
  readonly of: number;
  /** The best objective so far. */
  readonly objective: number;
}

/** A point with what it is worth. */
export interface TunedPoint extends Score {
  /** The independent variables by column name. */
  readonly values: Readonly<Record<string, unknown>>;
}

export interface TuneResult {
  readonly method: 'exhaustive' | 'search';
  /** The objective as an expression. */
  readonly minimise: string;
  /** Points of the space; an estimate unless `exact`. */
  readonly points: number;
  readonly exact: boolean;
  /** Evaluations that a search was allowed, and its seed. */
  readonly budget?: number;
  readonly seed?: string;
  /** Points evaluated, and more of them around the best one, to see what depends on each axis. */
  readonly evaluated: number;
  readonly around: number;
  /** Evaluated points that cannot be simulated. */
  readonly failed: number;
  /** The best first; of a search: the best that it saw. */
  readonly best: readonly TunedPoint[];
  /** Points that none of the evaluated ones beats in both time and cost, the fastest first. */
  readonly pareto: readonly TunedPoint[];
  readonly sensitivity: readonly Sensitivity[];
}

/** Steps from the best point to a better neighbour, when a search has ended before the bottom. */
const MOST_DESCENTS = 50;

/**
 * Finds the best points of a design space: all points are evaluated where that can be
 * finished, else as many as a budget allows.
 * @throws ConfigError when the definition is wrong, or no evaluated point can be simulated.
 */
export async function tune(definition: SweepDefinition, options: TuneOptions = {}): Promise<TuneResult> {
  return tunePoints(compileSweep(definition), options);
}

export async function tunePoints(points: Points, options: TuneOptions = {}): Promise<TuneResult> {
  const { space, tune: settings } = points;
  const { best: most = 10, evaluator = inThisThread(points), signal, onProgress } = options;
  const count = space.count(0, space.size);
  const small = count.points <= settings.exhaustiveUpTo;
  const method = options.method ?? (small ? 'exhaustive' : 'search');
  const { budget, seed, minimise } = settings;

  const best = new Best(Math.max(1, most));
  const pareto = new ParetoFront();
  let evaluated = 0;
  let failed = 0;
  const note = (scores: readonly Score[]) => {
    for (const score of scores) {
      best.add(score);
      pareto.add(score);
      if (score.timeNs === Number.POSITIVE_INFINITY) failed++;
    }
    evaluated += scores.length;
    const of = method === 'search' ? Math.min(budget, count.points) : count.points;
    onProgress?.({ evaluated, of, objective: best.scores[0]?.objective ?? Number.POSITIVE_INFINITY });
    if (signal?.aborted) throw new SimulationError(`aborted after ${evaluated} points`, 0);
  };
  const run = method === 'search' ? search(space, evaluator, { budget, seed }) : everyPoint(space, evaluator);
  for await (const scores of run) note(scores);
  const evaluatedInAll = evaluated;

  let sensitivity: readonly Sensitivity[] = [];
  for (let descent = 0; descent < MOST_DESCENTS; descent++) {
    const [bottom] = best.scores;
    if (bottom === undefined) throw nothingFound(points, evaluated);
    const around = await sensitivityAround(points, bottom, evaluator);
    sensitivity = around.axes;
    if (method === 'exhaustive') break;
    note(around.scores);
    if (best.scores[0] === bottom) break;
  }
  const tuned = (score: Score): TunedPoint => {
    const { values } = points.at(score.point);
    return { ...score, values: Object.fromEntries(points.columns.map((name, i) => [name, values[i]])) };
  };
  return {
    method,
    minimise,
    ...count,
    ...(method === 'search' ? { budget, seed } : {}),
    evaluated: evaluatedInAll,
    around: evaluated - evaluatedInAll,
    failed,
    best: best.scores.map(tuned),
    pareto: pareto.scores.map(tuned),
    sensitivity,
  };
}

function inThisThread(points: Points): Evaluator {
  return {
    limit: 1,
    score: async (indexes) => {
      await pause();
      return scorePoints(points, indexes);
    },
  };
}

function nothingFound({ space }: Points, evaluated: number): ConfigError {
  const got = evaluated === 0 ? `none of ${space.size} combinations` : `${evaluated} that all fail`;
  return new ConfigError([{ path: 'axes', expected: 'a point that can be simulated', got }]);
}
