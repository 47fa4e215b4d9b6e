import { inOrder } from '../in-order.js';
import type { Space } from '../space.js';
import type { Turns } from '../turns.js';
import { type Evaluator, LIST_POINTS } from './evaluator.js';
import type { Score } from './score.js';

/**
 * Rates every point of a space, in order, in constant memory.
 * @param report - called regularly with the position of the search for points.
 */
export async function* everyPoint(
  space: Space,
  evaluator: Evaluator,
  turns: Turns,
  report: (index: number) => void,
): AsyncGenerator<readonly Score[]> {
  yield* inOrder(lists(space, turns, report), evaluator.score, evaluator.limit);
}

async function* lists(space: Space, turns: Turns, report: (index: number) => void): AsyncGenerator<readonly number[]> {
  let list: number[] = [];
  for await (const index of space.points(0, space.size, turns, report)) {
    list.push(index);
    if (list.length < LIST_POINTS) continue;
    yield list;
    list = [];
  }
  if (list.length > 0) yield list;
}
