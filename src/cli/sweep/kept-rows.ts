import { closeSync, openSync, readSync } from 'node:fs';
import { ConfigError } from '../../base/errors.js';
import { headerLines } from '../../sweep/format.js';
import { LineChecksum, type Mark, sameMark } from '../files/line-checksum.js';
import type { Sidecar } from './sidecar.js';

/** A file of results, compared with its sidecar. */
export type Kept =
  | { readonly state: 'whole'; readonly checksum: LineChecksum }
  /** Correct up to `good`; changed after that. */
  | { readonly state: 'damaged'; readonly good: Mark; readonly bad: Mark };

const BLOCK = 2 ** 20;
export const START: Mark = { lines: 0, bytes: 0, sha256: '' };

/** Reads all rows to keep and compares lines, bytes and checksums. */
export function checkKept(file: string, { rows, marks }: Pick<Sidecar, 'rows' | 'marks'>): Kept {
  const checksum = new LineChecksum();
  const end = rows ?? START;
  for (const block of blocks(file, 0, end.bytes)) checksum.add(block);
  if (rows === undefined || sameMark(rows, checksum.state())) return { state: 'whole', checksum };
  const found = new Set(checksum.marks.map(({ bytes, sha256 }) => `${bytes} ${sha256}`));
  const wrong = marks.findIndex(({ bytes, sha256 }) => !found.has(`${bytes} ${sha256}`));
  const good = wrong < 0 ? marks.at(-1) : marks[wrong - 1];
  return { state: 'damaged', good: good ?? START, bad: wrong < 0 ? end : (marks[wrong] as Mark) };
}

/** The bytes `from` ... `end - 1` of a file, as far as they exist. Reuses the block. */
export function* blocks(file: string, from: number, end: number): Generator<Buffer> {
  const descriptor = openSync(file, 'r');
  try {
    const block = Buffer.alloc(Math.min(BLOCK, Math.max(0, end - from)));
    for (let at = from; at < end; ) {
      const got = readSync(descriptor, block, 0, Math.min(block.length, end - at), at);
      if (got === 0) return;
      yield block.subarray(0, got);
      at += got;
    }
  } finally {
    closeSync(descriptor);
  }
}

/** The lines in the bytes `from` ... `end - 1`, without line feeds; the last may be incomplete. */
export function* linesOf(file: string, from: number, end: number): Generator<string> {
  let rest = Buffer.alloc(0);
  for (const block of blocks(file, from, end)) {
    let text = Buffer.concat([rest, block]);
    for (let at = text.indexOf(10); at >= 0; at = text.indexOf(10)) {
      yield text.subarray(0, at).toString();
      text = text.subarray(at + 1);
    }
    rest = Buffer.from(text);
  }
  if (rest.length > 0) yield rest.toString();
}

/** Bytes before a mark in which to look for the last line. */
const TAIL = 2 ** 16;

/** The first number after the rows before a mark, which are correct because the marks are. */
export function nextAfter(file: string, { bytes }: Mark, from: number): number {
  for (let tail = TAIL; ; tail *= 2) {
    const start = Math.max(0, bytes - tail);
    const lines = [...linesOf(file, start, bytes)];
    // The first of several may be incomplete.
    if (lines.length > 1 || start === 0) return (pointOf(lines.at(-1) ?? '') ?? from - 1) + 1;
  }
}

/** The number of a row's point. */
export function pointOf(line: string): number | undefined {
  const number = /^(?:\{"point":)?(\d{1,16}),/.exec(line)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** The error for a damaged file; `line` counts from 1. */
export function damage(
  file: string,
  format: Sidecar['format'],
  lines: { readonly first: number; readonly last: number },
): ConfigError {
  const row = (line: number) => line - headerLines(format);
  const { first, last } = lines;
  const where =
    last < 1 + headerLines(format)
      ? 'the header'
      : first === last
        ? `row ${row(first)} (line ${first})`
        : `rows ${Math.max(1, row(first))} to ${row(last)} (lines ${first} to ${last})`;
  return new ConfigError([
    {
      path: file,
      expected: 'the rows that were written to it',
      got: `others: ${where} changed since`,
      hint: '--overwrite starts over',
    },
  ]);
}

/** Rows among the first lines of a file. */
export function rowsIn(lines: number, format: Sidecar['format']): number {
  return Math.max(0, lines - headerLines(format));
}
