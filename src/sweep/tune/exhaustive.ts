import { pause } from '../batches.js';
import { inOrder } from '../in-order.js';
import type { Space } from '../space.js';
import { type Evaluator, LIST_POINTS } from './evaluator.js';
import type { Score } from './score.js';

/** Rates every point of a space, in order, in constant memory. */
export async function* everyPoint(space: Space, evaluator: Evaluator): AsyncGenerator<readonly Score[]> {
  yield* inOrder(lists(space), evaluator.score, evaluator.limit);
}

async function* lists(space: Space): AsyncGenerator<readonly number[]> {
  let list: number[] = [];
  for (let index = 0; index < space.size; ) {
    const next = space.next(index, space.size);
    if (next.found) list.push(next.index);
    else await pause();
    index = next.found ? next.index + 1 : next.index;
    if (list.length === LIST_POINTS) {
      yield list;
      list = [];
    }
  }
  if (list.length > 0) yield list;
}
