import type { Score } from './score.js';

/** Rates points, in this thread or in several. */
export interface Evaluator {
  /** Lists of points to have in progress at once. */
  readonly limit: number;
  readonly score: (indexes: readonly number[]) => Promise<readonly Score[]>;
}

/** Points per list: enough to hide the cost of sending it. */
export const LIST_POINTS = 64;

/** Rates points in parallel lists; scores are in the order of the points. */
export async function scoreAll({ score, limit }: Evaluator, indexes: readonly number[]): Promise<Score[]> {
  const size = Math.max(1, Math.min(LIST_POINTS, Math.ceil(indexes.length / limit)));
  const lists: (readonly number[])[] = [];
  for (let i = 0; i < indexes.length; i += size) lists.push(indexes.slice(i, i + size));
  return (await Promise.all(lists.map(score))).flat();
}
