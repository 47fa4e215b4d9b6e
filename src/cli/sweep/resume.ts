import { closeSync, openSync, readSync } from 'node:fs';
import { ConfigError, show } from '../../base/errors.js';
import { header, type RowFormat } from '../../sweep/format.js';

/** How far a file of results has come. */
export interface Kept {
  /** Rows in it, and bytes up to the end of the last whole one. */
  readonly points: number;
  readonly bytes: number;
  /** Number of the last point; undefined when there is no row. */
  readonly last: number | undefined;
}

const NOTHING: Kept = { points: 0, bytes: 0, last: undefined };
const BLOCK = 2 ** 20;
const LINE_FEED = 10;

/** Finds the last whole row of a file of results. What follows it was being written when the sweep ended. */
export function keptRows(file: string, format: RowFormat, columns: readonly string[]): Kept {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NOTHING;
    throw new ConfigError([{ path: file, expected: 'a file that can be read', got: show((error as Error).message) }]);
  }
  try {
    const first = Buffer.from(header(format, columns));
    const start = Buffer.alloc(first.length);
    const got = readSync(descriptor, start, 0, first.length, 0);
    if (!start.subarray(0, got).equals(first.subarray(0, got))) {
      throw new ConfigError([{ path: file, expected: `rows of this sweep (${columns.join(', ')})`, got: 'others' }]);
    }
    if (got < first.length) return NOTHING;
    return { ...lastRow(descriptor, file, format, first.length) };
  } finally {
    closeSync(descriptor);
  }
}

/** Reads through the rows behind the header; they are lines, by construction. */
function lastRow(descriptor: number, file: string, format: RowFormat, start: number): Kept {
  const block = Buffer.alloc(BLOCK);
  let points = 0;
  /** Where the last whole row begins and ends. */
  let begin = start;
  let end = start;
  let at = start;
  for (let got = readSync(descriptor, block, 0, BLOCK, at); got > 0; got = readSync(descriptor, block, 0, BLOCK, at)) {
    for (let i = block.indexOf(LINE_FEED); i >= 0 && i < got; i = block.indexOf(LINE_FEED, i + 1)) {
      begin = end;
      end = at + i + 1;
      points++;
    }
    at += got;
  }
  if (points === 0) return { ...NOTHING, bytes: start };
  const row = Buffer.alloc(end - begin);
  readSync(descriptor, row, 0, row.length, begin);
  const number = /^(?:\{"point":)?(\d+),/.exec(row.toString('latin1'))?.[1];
  if (number === undefined) {
    const expected = `a last row of ${format} that begins with the number of its point`;
    throw new ConfigError([{ path: file, expected, got: show(row.toString('utf8').trim()) }]);
  }
  return { points, bytes: end, last: Number(number) };
}
