import { Stopwatch } from '../base/stopwatch.js';
import type { Space } from './space.js';
import type { Batch } from './task.js';
import type { Turns } from './turns.js';

/** Target time of a batch: long enough to hide the cost of sending it, short enough to stop between batches. */
const TARGET_MS = 80;
const MOST_POINTS = 4096;
/** A search that finds nothing reports its progress after this time, ms. */
const FRUITLESS_MS = 500;

/** Chooses the size of batches by the time of the latest. Rows do not depend on it. */
export class BatchSize {
  points = 4;

  /** Records the time of a batch. */
  took(points: number, ms: number): void {
    if (points === 0) return;
    const fitting = Math.floor((TARGET_MS * points) / Math.max(ms, 0.01));
    // Costs vary within a space: grow gradually, shrink at once.
    this.points = Math.max(1, Math.min(fitting, this.points * 4, MOST_POINTS));
  }
}

/** Cuts the points of `from` ... `end - 1` into batches, the last one perhaps empty. */
export async function* cutIntoBatches(
  space: Space,
  from: number,
  end: number,
  size: BatchSize,
  turns: Turns,
): AsyncGenerator<Batch> {
  let indexes: number[] = [];
  const watch = new Stopwatch();
  const batch = (next: number): Batch => {
    const full = { indexes, next };
    indexes = [];
    watch.restart();
    return full;
  };
  for (let index = from; index < end; ) {
    const found = space.next(index, end);
    if (found.found) indexes.push(found.index);
    index = found.found ? found.index + 1 : found.index;
    if (indexes.length >= size.points || watch.ms > FRUITLESS_MS) yield batch(index);
    if (turns.due) await turns.next();
  }
  yield batch(end);
}
