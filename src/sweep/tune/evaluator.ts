import type { Score } from './score.js';

/** What rates points: this thread, or several. */
export interface Evaluator {
  /** Lists of points to have under way at once. */
  readonly limit: number;
  readonly score: (indexes: readonly number[]) => Promise<readonly Score[]>;
}

/** Points in one list: enough to hide what handing it over costs. */
export const LIST_POINTS = 64;

/** Rates points in lists, side by side; scores in the order of the points. */
export async function scoreAll({ score, limit }: Evaluator, indexes: readonly number[]): Promise<Score[]> {
  const size = Math.max(1, Math.min(LIST_POINTS, Math.ceil(indexes.length / limit)));
  const lists: (readonly number[])[] = [];
  for (let i = 0; i < indexes.length; i += size) lists.push(indexes.slice(i, i + size));
  return (await Promise.all(lists.map(score))).flat();
}
