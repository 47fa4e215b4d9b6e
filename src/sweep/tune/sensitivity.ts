import type { Points } from '../points.js';
import type { Space } from '../space.js';
import { type Evaluator, scoreAll } from './evaluator.js';
import type { Score } from './score.js';

/** The effect of another value of one axis on the best point. */
export interface Alternative {
  readonly point: number;
  /** Values of the axis's names. */
  readonly values: readonly unknown[];
  readonly timeNs: number;
  readonly cost: number;
  /** Its objective divided by that of the best; infinite if it fails or is left out. */
  readonly ratio: number;
  readonly state: Score['state'];
}

/** The effect of one axis, with all others as in the best point. */
export interface Sensitivity {
  readonly names: readonly string[];
  readonly best: readonly unknown[];
  /** Other values that satisfy the conditions, in the order of the axis. */
  readonly alternatives: readonly Alternative[];
}

/** Most values of an axis to try, those nearest to the best one. */
const MOST_VALUES = 32;

/** Per axis: the points that differ from the given one only in that axis. */
export function neighbours(space: Space, point: number): number[][] {
  const positions = space.positions(point);
  return space.axes.map(({ length }, a) => {
    const at = positions[a] as number;
    const first = Math.max(0, Math.min(at - MOST_VALUES / 2, length - 1 - MOST_VALUES));
    return Array.from({ length: Math.min(length - first, MOST_VALUES + 1) }, (_, i) => first + i)
      .filter((position) => position !== at)
      .map((position) => space.indexOf(positions.with(a, position)))
      .filter((index) => space.has(index));
  });
}

/** Varies each axis around a point. Also returns the scores, because one may be better. */
export async function sensitivityAround(
  points: Points,
  best: Score,
  evaluator: Evaluator,
): Promise<{ readonly axes: readonly Sensitivity[]; readonly scores: readonly Score[] }> {
  const { space } = points;
  const around = neighbours(space, best.point);
  const scores = await scoreAll(evaluator, around.flat());
  let next = 0;
  let slot = 0;
  const bestValues = space.values(best.point);
  const axes = space.axes.map(({ names }, a) => {
    const from = slot;
    slot += names.length;
    const until = slot;
    const alternatives = (around[a] as number[]).map((point) => {
      const { timeNs, cost, objective, state } = scores[next++] as Score;
      const values = space.values(point).slice(from, until);
      return { point, values, timeNs, cost, ratio: objective / best.objective, state };
    });
    return { names: names.map(({ name }) => name), best: bestValues.slice(from, until), alternatives };
  });
  return { axes, scores };
}
