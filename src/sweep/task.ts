import { formatRow, type RowFormat } from './format.js';
import type { Points } from './points.js';
import { type Ran, runPoint } from './row.js';

/** A run of numbers, `from` ... `end - 1`, and how many points are among them. */
export interface Batch {
  readonly from: number;
  readonly end: number;
  readonly points: number;
}

/** What a batch of points came to, as text to be appended. */
export interface BatchText {
  readonly text: string;
  readonly points: number;
  readonly failed: number;
  /** Time it took, ms. */
  readonly ms: number;
}

/** Runs the points of a batch, in order. */
export function* runBatch(points: Points, { from, end }: Pick<Batch, 'from' | 'end'>): Generator<Ran> {
  const { space } = points;
  for (let index = from; index < end; ) {
    const next = space.next(index, end);
    if (next.found) yield runPoint(points, next.index);
    index = next.found ? next.index + 1 : next.index;
  }
}

/** Runs a batch and writes its rows: what workers do, since text is cheaper to hand over than objects. */
export function writeBatch(points: Points, batch: Pick<Batch, 'from' | 'end'>, format: RowFormat): BatchText {
  const started = performance.now();
  let text = '';
  let count = 0;
  let failed = 0;
  for (const ran of runBatch(points, batch)) {
    text += formatRow(format, points.columns, ran);
    count++;
    if (typeof ran.outcome === 'string') failed++;
  }
  return { text, points: count, failed, ms: performance.now() - started };
}
