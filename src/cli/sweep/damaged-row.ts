import { Stopwatch } from '../../base/stopwatch.js';
import { formatRow, header, headerLines, type RowFormat } from '../../sweep/format.js';
import type { Points } from '../../sweep/points.js';
import { runPoint } from '../../sweep/row.js';
import { Turns } from '../../sweep/turns.js';
import type { Mark } from '../files/line-checksum.js';
import { linesOf } from './kept-rows.js';

/** Compares the lines after a good one with the correct rows. */
export type Comparison =
  /** Correct, as far as they go. */
  | { readonly state: 'same' }
  | { readonly state: 'different'; readonly line: number }
  /** The comparison would take too long. */
  | { readonly state: 'unknown' };

/** Longest time to simulate points again to find the wrong row, ms. */
const LIMIT_MS = 5000;

/** Compares the lines after `good`, up to a byte, with the sweep's rows for `points.from` ... `points.end - 1`. */
export async function compareRows(
  { points, from, end }: { readonly points: Points; readonly from: number; readonly end: number },
  format: RowFormat,
  file: string,
  good: Mark,
  endByte: number,
): Promise<Comparison> {
  const watch = new Stopwatch();
  const expected = expectedLines(points, format, good.lines < headerLines(format), from, end);
  let { lines: line } = good;
  const torn = linesOf(file, good.bytes, endByte);
  for (let found = torn.next(); !found.done; ) {
    line++;
    if (watch.ms > LIMIT_MS) return { state: 'unknown' };
    const right = await expected.next();
    const following = torn.next();
    // The last line may be incomplete.
    const same = right.value === found.value || (following.done && right.value?.startsWith(found.value));
    if (!same) return { state: 'different', line };
    found = following;
  }
  return { state: 'same' };
}

async function* expectedLines(
  points: Points,
  format: RowFormat,
  withHeader: boolean,
  from: number,
  end: number,
): AsyncGenerator<string, undefined> {
  if (withHeader && headerLines(format) > 0) yield header(format, points.columns).trimEnd();
  for await (const index of points.space.points(from, end, new Turns())) {
    yield formatRow(format, points.columns, await runPoint(points, index)).slice(0, -1);
  }
  return undefined;
}
