import { ConfigError, SimulationError } from '../../base/errors.js';
import { compileSweep } from '../compile.js';
import type { SweepDefinition } from '../definition.js';
import type { Points } from '../points.js';
import { Turns } from '../turns.js';
import type { Evaluator } from './evaluator.js';
import { everyPoint } from './exhaustive.js';
import { Best, ParetoFront } from './ranking.js';
import { type Score, scorePoints } from './score.js';
import { search } from './search.js';
import { type Sensitivity, sensitivityAround } from './sensitivity.js';

export interface TuneOptions {
  /** Default: by `exhaustiveUpTo`. */
  readonly method?: 'exhaustive' | 'search';
  /** How many of the best points to return. Default 10. */
  readonly best?: number;
  /** Evaluates the points. Default: this thread. */
  readonly evaluator?: Evaluator;
  /** Aborts with a SimulationError, also while it looks for points. */
  readonly signal?: AbortSignal;
  /** Called regularly with the progress, also while it looks for points. */
  readonly onProgress?: (progress: TuneProgress) => void;
}

export interface TuneProgress {
  readonly evaluated: number;
  /** Most evaluations. */
  readonly of: number;
  /** The best objective so far; infinite at first. */
  readonly objective: number;
  /** Combinations that an exhaustive run has finished, and all. */
  readonly looked: number;
  readonly combinations: number;
}

/** A point with its scores. */
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
  /** The search's budget of evaluations, and its seed. */
  readonly budget?: number;
  readonly seed?: string;
  /** Points evaluated, and further ones around the best, to see the effect of each axis. */
  readonly evaluated: number;
  readonly around: number;
  /** Evaluated points that cannot be simulated. */
  readonly failed: number;
  /** Evaluated points that are left out because they are faster than their wires. */
  readonly unphysical: number;
  /** The best first; for a search, the best that it saw. */
  readonly best: readonly TunedPoint[];
  /** Points that no evaluated one beats in both time and cost, the fastest first. */
  readonly pareto: readonly TunedPoint[];
  readonly sensitivity: readonly Sensitivity[];
}

/** Steps from the best point to a better neighbour, if the search stopped before a minimum. */
const MOST_DESCENTS = 50;

/**
 * Finds the best points of a design space: evaluates all points if they are few enough, else as
 * many as a budget allows.
 * @throws ConfigError when the definition is wrong, or no evaluated point can be simulated.
 */
export async function tune(definition: SweepDefinition, options: TuneOptions = {}): Promise<TuneResult> {
  return tunePoints(compileSweep(definition), options);
}

export async function tunePoints(points: Points, options: TuneOptions = {}): Promise<TuneResult> {
  const { signal } = options;
  let evaluated = 0;
  try {
    return await tuneIn(points, new Turns(signal), {
      ...options,
      onProgress: (progress) => {
        evaluated = progress.evaluated;
        options.onProgress?.(progress);
      },
    });
  } catch (error) {
    if (signal?.aborted) throw new SimulationError(`aborted after ${evaluated} points`, 0);
    throw error;
  }
}

async function tuneIn(points: Points, turns: Turns, options: TuneOptions): Promise<TuneResult> {
  const { space, tune: settings } = points;
  const { best: most = 10, signal, evaluator = inThisThread(points, signal), onProgress } = options;
  turns.check();
  const { looked: _, ...count } = await space.count(0, space.size, turns);
  // An estimate may be far too low if points are rare.
  const small = count.exact && count.points <= settings.exhaustiveUpTo;
  const method = options.method ?? (small ? 'exhaustive' : 'search');
  const { budget, seed, minimise } = settings;

  const best = new Best(Math.max(1, most));
  const pareto = new ParetoFront();
  const counts = { evaluated: 0, failed: 0, unphysical: 0 };
  let looked = 0;
  const report = () => {
    const of = method === 'search' ? (count.exact ? Math.min(budget, count.points) : budget) : count.points;
    const objective = best.scores[0]?.objective ?? Number.POSITIVE_INFINITY;
    onProgress?.({ evaluated: counts.evaluated, of, objective, looked, combinations: space.size });
  };
  const note = (scores: readonly Score[]) => {
    for (const score of scores) {
      best.add(score);
      pareto.add(score);
      if (score.state !== 'rated') counts[score.state]++;
    }
    counts.evaluated += scores.length;
    report();
    turns.check();
  };
  const scan = (index: number) => {
    looked = index;
    report();
  };
  const run =
    method === 'search' ? search(space, evaluator, { budget, seed }, turns) : everyPoint(space, evaluator, turns, scan);
  for await (const scores of run) note(scores);
  const { evaluated } = counts;

  let sensitivity: readonly Sensitivity[] = [];
  for (let descent = 0; descent < MOST_DESCENTS; descent++) {
    const [bottom] = best.scores;
    if (bottom === undefined) throw nothingFound(points, counts);
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
    evaluated,
    around: counts.evaluated - evaluated,
    failed: counts.failed,
    unphysical: counts.unphysical,
    best: best.scores.map(tuned),
    pareto: pareto.scores.map(tuned),
    sensitivity,
  };
}

function inThisThread(points: Points, signal: AbortSignal | undefined): Evaluator {
  const turns = new Turns(signal);
  return {
    limit: 1,
    score: async (indexes) => {
      const scores: Score[] = [];
      for (const index of indexes) {
        if (turns.due) await turns.next();
        scores.push(...(await scorePoints(points, [index], signal)));
      }
      return scores;
    },
  };
}

function nothingFound(
  { space }: Points,
  { evaluated, failed, unphysical }: Pick<TuneResult, 'evaluated' | 'failed' | 'unphysical'>,
): ConfigError {
  if (unphysical > 0) {
    const more = failed === 0 ? '' : `, and ${failed} that fail`;
    return new ConfigError([
      {
        path: 'axes',
        expected: 'a point that does not beat its own wires',
        got: `${unphysical} that do${more}`,
        hint: 'tune.unphysical: true, or --unphysical, keeps them; so does network: congestion-aware, which is physical',
      },
    ]);
  }
  const got = evaluated === 0 ? `none in reach among ${space.size} combinations` : `${evaluated} that all fail`;
  return new ConfigError([{ path: 'axes', expected: 'a point that can be simulated', got }]);
}
