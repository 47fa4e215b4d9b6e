import { rmSync, statSync } from 'node:fs';
import { ConfigError, type Issue } from '../../base/errors.js';
import { header, headerLines, type RowFormat } from '../../sweep/format.js';
import type { Points } from '../../sweep/points.js';
import type { Shard } from '../../sweep/shard.js';
import { AppendFile } from '../files/append-file.js';
import { LineChecksum, type Mark } from '../files/line-checksum.js';
import { type Lock, takeLock } from '../files/lock.js';
import { OutputError } from '../files/output-error.js';
import { outputPlace, type Place } from '../files/place.js';
import { makeFolder } from '../files/write-whole.js';
import { compareRows } from './damaged-row.js';
import { blocks, checkKept, damage, nextAfter } from './kept-rows.js';
import { readSidecar, type Sidecar, sidecarName, writeSidecar } from './sidecar.js';

/** Where rows go, and what is there already. */
export interface Target {
  /** The first number that is not there yet. */
  readonly from: number;
  /** Rows that are there already. */
  readonly kept: number;
  /** Whether it can be continued when it breaks off. */
  readonly continues: boolean;
  /** Adds the rows of all points below `next`. */
  readonly append: (text: string, next: number) => void;
  /** All rows are there. */
  readonly complete: () => void;
  readonly close: () => void;
}

export interface TargetRequest {
  readonly file: string;
  readonly sidecar: Omit<Sidecar, 'rows' | 'marks'>;
  readonly points: Points;
  /** The range of numbers that is to be written. */
  readonly from: number;
  readonly end: number;
  readonly resume: boolean;
  readonly overwrite: boolean;
  /** Called with what takes a while, or was mended. */
  readonly notify: (text: string) => void;
}

/** How often the sidecar is brought up to date: at most a 20th of the time goes into it. */
const CHECKPOINT_MS = 200;
const CHECKPOINT_SHARE = 20;

/**
 * Opens a file for the rows of a sweep: a new one, or one that is to be continued. A device or a
 * pipe gets the rows and nothing beside it.
 * @throws ConfigError when it holds something else, which is left alone.
 * @throws OutputError when it cannot be written, or another process writes it.
 */
export async function openTarget(request: TargetRequest): Promise<Target> {
  const { file, sidecar, points, from } = request;
  const place = outputPlace(file);
  if (place.kind === 'stream') {
    const stream = new AppendFile(place, 0);
    const write = (text: string) => stream.append(Buffer.from(text));
    return { ...streamTarget(write, sidecar.format, points.columns, from), close: () => stream.close() };
  }
  makeFolder(place);
  const lock = await takeLock(place, request);
  try {
    // Once more: another process may have made it meanwhile.
    return await openLocked(request, outputPlace(file), lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function openLocked(request: TargetRequest, place: Place, lock: Lock): Promise<Target> {
  const { file, sidecar, points, from, end, resume, overwrite } = request;
  const there = resume ? await continued(request, place) : undefined;
  if (there === undefined && !overwrite && place.kind === 'file') {
    const expected = 'a file that is not there yet; --resume goes on with one, --overwrite replaces it';
    throw new ConfigError([{ path: '--out', expected, got: `${file}, which exists` }]);
  }
  // What is there and is no sidecar is not replaced.
  if (there === undefined) readSidecar(place.real);
  const { checksum, next } = there ?? { checksum: new LineChecksum(), next: from };
  const { bytes, lines } = checksum.state();
  const kept = rowsIn(lines, sidecar.format);
  const output = new AppendFile(place, bytes);
  const writer = new CheckedWriter(output, checksum, next, (state, marks, below, complete) => {
    lock.check();
    const rows = { points: rowsIn(state.lines, sidecar.format), next: below, complete, ...state };
    writeSidecar(place.real, { ...sidecar, rows, marks: [...marks] });
  });
  if (bytes === 0) {
    try {
      writeSidecar(place.real, { ...sidecar, marks: [] });
      writer.append(header(sidecar.format, points.columns), from);
    } catch (error) {
      output.close();
      const made = place.kind === 'nothing' ? [place.real, sidecarName(place.real)] : [];
      for (const name of made) rmSync(name, { force: true });
      throw error;
    }
  }
  return {
    from: next,
    kept,
    continues: true,
    append: (text, below) => {
      lock.check();
      writer.append(text, below);
    },
    complete: () => writer.checkpoint(end, true),
    close: () => {
      try {
        writer.close();
      } finally {
        lock.release();
      }
    },
  };
}

/** A file that grows, and says now and then how far it is on the disk. */
class CheckedWriter {
  private readonly output: AppendFile;
  private readonly checksum: LineChecksum;
  private readonly write: (state: Mark, marks: readonly Mark[], next: number, complete: boolean) => void;
  private next: number;
  private dirty = false;
  private due: number;

  constructor(output: AppendFile, checksum: LineChecksum, next: number, write: CheckedWriter['write']) {
    this.output = output;
    this.checksum = checksum;
    this.next = next;
    this.write = write;
    this.due = performance.now() + CHECKPOINT_MS;
  }

  append(text: string, next: number): void {
    const bytes = Buffer.from(text);
    this.output.append(bytes);
    this.checksum.add(bytes);
    this.next = next;
    this.dirty = true;
    if (performance.now() >= this.due) this.checkpoint(next, false);
  }

  checkpoint(next: number, complete: boolean): void {
    const began = performance.now();
    this.output.flush();
    this.write(this.checksum.state(), this.checksum.marks, next, complete);
    this.dirty = false;
    const ended = performance.now();
    this.due = ended + Math.max(CHECKPOINT_MS, CHECKPOINT_SHARE * (ended - began));
  }

  close(): void {
    try {
      if (this.dirty) this.checkpoint(this.next, false);
    } catch (error) {
      // The disk is full: the last checkpoint stands, and what stopped the sweep has been said.
      if (!(error instanceof OutputError)) throw error;
    } finally {
      this.output.close();
    }
  }
}

interface Continued {
  readonly checksum: LineChecksum;
  readonly next: number;
}

/** What there is to continue; undefined when there is nothing yet. */
async function continued(request: TargetRequest, { kind, real }: Place): Promise<Continued | undefined> {
  const { file, sidecar: wanted, points, from, end, notify } = request;
  const nothing = { checksum: new LineChecksum(), next: from };
  const size = kind === 'file' ? statSync(real).size : 0;
  const found = readSidecar(real);
  if (found === undefined) {
    if (size === 0) return nothing;
    const expected = `${sidecarName(file)}, which says what sweep ${file} belongs to`;
    throw new ConfigError([{ path: '--resume', expected, got: 'nothing' }]);
  }
  refuseOther(file, found, wanted);
  const { rows } = found;
  // Without a checkpoint nothing is known of what is there, and it is little.
  if (rows === undefined || size === 0) return nothing;
  if (rows.next < from || rows.next > end || rows.points !== rowsIn(rows.lines, wanted.format)) {
    const expected = `rows of points ${from} to ${end - 1}`;
    throw new ConfigError([{ path: sidecarName(file), expected, got: `${rows.points} rows up to ${rows.next}` }]);
  }
  const kept = checkKept(real, found);
  if (kept.state === 'whole') return { checksum: kept.checksum, next: rows.next };
  const { good, bad } = kept;
  const next = nextAfter(real, good, from);
  const compared = await compareRows({ points, from: next, end }, wanted.format, real, good, rows.bytes);
  if (compared.state === 'different') {
    throw damage(file, wanted.format, { first: compared.line, last: compared.line });
  }
  if (compared.state === 'unknown') throw damage(file, wanted.format, { first: good.lines + 1, last: bad.lines });
  notify(`${file} is shorter than it was: going on behind row ${rowsIn(good.lines, wanted.format)}`);
  const checksum = new LineChecksum();
  for (const block of blocks(real, 0, good.bytes)) checksum.add(block);
  return { checksum, next };
}

function refuseOther(file: string, found: Sidecar, wanted: TargetRequest['sidecar']): void {
  const issues: Issue[] = [];
  const differ = (what: string, of: (sidecar: TargetRequest['sidecar']) => string) => {
    if (of(found) === of(wanted)) return;
    issues.push({ path: '--resume', expected: `${file} to have ${what} ${of(wanted)}`, got: of(found) });
  };
  differ('been made by', ({ madeBy }) => madeBy);
  differ('been made from sweep', ({ sweep }) => sweep.slice(0, 12));
  differ('the format', ({ format }) => format);
  differ('the shard', ({ shard }) => shardText(shard));
  if (issues.length > 0) throw new ConfigError(issues);
}

function rowsIn(lines: number, format: RowFormat): number {
  return Math.max(0, lines - headerLines(format));
}

/** Rows for a reader at the other end of a pipe. */
export function streamTarget(
  write: (text: string) => void,
  format: RowFormat,
  columns: readonly string[],
  from: number,
): Target {
  write(header(format, columns));
  return { from, kept: 0, continues: false, append: write, complete: () => {}, close: () => {} };
}

export function shardText({ index, of }: Shard): string {
  return `${index}/${of}`;
}
