import type { Space } from './space.js';
import type { Batch } from './task.js';

/** How long a batch should take: long enough to hide what handing it over costs, short enough to be stopped at. */
const TARGET_MS = 80;
const MOST_POINTS = 4096;

/** Chooses the size of batches from how long the latest took. Rows do not depend on it. */
export class BatchSize {
  points = 4;

  /** A batch of so many points took so long. */
  took(points: number, ms: number): void {
    if (points === 0) return;
    const fitting = Math.floor((TARGET_MS * points) / Math.max(ms, 0.01));
    // Costs differ from place to place: grow step by step, shrink at once.
    this.points = Math.max(1, Math.min(fitting, this.points * 4, MOST_POINTS));
  }
}

/** Cuts `from` ... `end - 1` into batches; lets others have their turn while it looks for points. */
export async function* cutIntoBatches(space: Space, from: number, end: number, size: BatchSize): AsyncGenerator<Batch> {
  let start = from;
  let points = 0;
  for (let index = from; index < end; ) {
    const next = space.next(index, end);
    if (next.found) points++;
    else if (next.index < end) await pause();
    index = next.found ? next.index + 1 : next.index;
    if (points >= size.points) {
      yield { from: start, end: index, points };
      start = index;
      points = 0;
    }
  }
  if (start < end) yield { from: start, end, points };
}

/** Lets timers, input and output have their turn. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
