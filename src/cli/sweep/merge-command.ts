import { existsSync, realpathSync, statSync } from 'node:fs';
import { ConfigError, type Issue } from '../../base/errors.js';
import { headerLines } from '../../sweep/format.js';
import { shardText } from '../../sweep/shard.js';
import { EXIT } from '../exit-codes.js';
import { LineChecksum, sameMark } from '../files/line-checksum.js';
import { takeLock } from '../files/lock.js';
import { checkOutputs, outputPlace } from '../files/place.js';
import { makeFolder, WholeFile } from '../files/write-whole.js';
import type { Io } from '../io.js';
import { jsonOutput } from '../json-output.js';
import type { SweepFlags } from './flags.js';
import { blocks, checkKept, damage, linesOf, pointOf } from './kept-rows.js';
import { isSidecarName, readSidecar, type Sidecar, sidecarName, sidecarText } from './sidecar.js';

interface Part {
  readonly file: string;
  readonly sidecar: Sidecar & { readonly rows: NonNullable<Sidecar['rows']> };
}

const LINE_FEED = 10;

/** Joins all shards of a sweep, after checking that none is missing, duplicated, incomplete or changed. */
export async function mergeCommand(
  files: readonly string[],
  { out, overwrite = false, json = false }: Pick<SweepFlags, 'out' | 'overwrite' | 'json'>,
  io: Io,
): Promise<number> {
  if (out === undefined) throw new ConfigError([{ path: '--out', expected: 'a file for all rows', got: 'none' }]);
  checkMergeOutputs(out, files);
  const parts = checked(files);
  const place = outputPlace(out);
  const notify = (text: string) => {
    if (!json) io.err(`# ${text}\n`);
  };
  if (place.kind === 'stream') {
    writeStream(parts, out);
  } else {
    makeFolder(place);
    const lock = await takeLock(place, { notify });
    try {
      if (outputPlace(out).kind === 'file' && !overwrite) {
        const expected = 'a new file; --overwrite replaces one';
        throw new ConfigError([{ path: '--out', expected, got: `${out}, which exists` }]);
      }
      readSidecar(place.real);
      writeMerged(parts, out, sidecarName(place.real));
    } finally {
      lock.release();
    }
  }
  const points = parts.reduce((sum, { sidecar }) => sum + sidecar.rows.points, 0);
  if (json) io.out(jsonOutput('sweep merge', { files, out }, { out, points, shards: parts.length }));
  else if (process.stderr.isTTY) io.err(`${points} points of ${parts.length} shards\n`);
  return EXIT.complete;
}

function checkMergeOutputs(out: string, files: readonly string[]): void {
  if (isSidecarName(out)) {
    throw new ConfigError([{ path: '--out', expected: 'a name that is not a sidecar’s', got: out }]);
  }
  const shards = files.flatMap((path) => [
    { flag: 'a shard', path },
    { flag: 'its sidecar', path: sidecarName(path) },
  ]);
  const outputs = [
    { flag: '--out', path: out },
    { flag: '--out', path: sidecarName(out) },
  ];
  checkOutputs(outputs, shards);
}

function writeStream(parts: readonly Part[], out: string): void {
  const output = new WholeFile(out);
  try {
    for (const [i, part] of parts.entries()) copy(part, i > 0, (bytes) => output.append(bytes));
    output.commit();
  } finally {
    output.discard();
  }
}

/** Writes the table and its sidecar, or neither. */
function writeMerged(parts: readonly Part[], out: string, sidecarFile: string): void {
  const [first] = parts as [Part];
  const table = new WholeFile(out, { locked: true });
  let beside: WholeFile | undefined;
  try {
    const checksum = new LineChecksum();
    for (const [i, part] of parts.entries()) {
      copy(part, i > 0, (bytes) => {
        table.append(bytes);
        checksum.add(bytes);
      });
    }
    const state = checksum.state();
    const { format, size } = first.sidecar;
    const rows = { points: state.lines - headerLines(format), next: size, complete: true, ...state };
    const whole = { ...first.sidecar, shard: { index: 1, of: 1 }, rows, marks: [...checksum.marks] };
    beside = new WholeFile(sidecarFile, { locked: true });
    beside.append(sidecarText(whole));
    table.commit();
    beside.commit();
  } finally {
    table.discard();
    beside?.discard();
  }
}

/** The shards in order. */
function checked(files: readonly string[]): Part[] {
  const issues: Issue[] = [];
  const parts: Part[] = [];
  for (const file of files) {
    const sidecar = readSidecar(existsSync(file) ? realpathSync(file) : file);
    const rows = sidecar?.rows;
    if (sidecar === undefined) {
      issues.push({ path: file, expected: `${sidecarName(file)} beside it`, got: 'nothing' });
    } else if (rows === undefined || !rows.complete) {
      issues.push({ path: file, expected: 'a complete shard', got: 'one that --resume must finish' });
    } else {
      const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      parts.push({ file, sidecar: { ...sidecar, rows } });
      if (size === rows.bytes) continue;
      const part = parts.pop() as Part;
      const kept = size === 0 ? undefined : checkKept(file, part.sidecar);
      const hint = kept?.state === 'damaged' ? { hint: damageOf(part).issues[0]?.got ?? '' } : {};
      const expected = `${rows.points} rows in ${rows.bytes} bytes, as when it was complete`;
      issues.push({ path: file, expected, got: `${size} bytes`, ...hint });
    }
  }
  const [first] = parts;
  if (first !== undefined && issues.length === 0) issues.push(...together(first, parts));
  if (issues.length > 0) throw new ConfigError(issues);
  return parts.sort((a, b) => a.sidecar.shard.index - b.sidecar.shard.index);
}

/** Reasons why complete shards do not form one sweep. */
function together(first: Part, parts: readonly Part[]): Issue[] {
  const issues: Issue[] = [];
  const aspects: readonly (readonly [string, (sidecar: Sidecar) => string])[] = [
    ['sweep', ({ sweep }) => sweep.slice(0, 12)],
    ['maker', ({ madeBy }) => madeBy],
    ['format', ({ format }) => format],
    ['number of shards', ({ shard }) => String(shard.of)],
  ];
  for (const { file, sidecar } of parts) {
    for (const [what, of] of aspects) {
      if (of(sidecar) === of(first.sidecar)) continue;
      const expected = `the ${what} of ${first.file} (${of(first.sidecar)})`;
      issues.push({ path: file, expected, got: of(sidecar) });
    }
  }
  return issues.length > 0 ? issues : [...twice(parts), ...missing(first, parts)];
}

function twice(parts: readonly Part[]): Issue[] {
  const there = new Map<number, string>();
  return parts.flatMap(({ file, sidecar: { shard } }) => {
    const other = there.get(shard.index);
    there.set(shard.index, file);
    if (other === undefined) return [];
    return [{ path: file, expected: 'every shard once', got: `${shardText(shard)}, like ${other}` }];
  });
}

function missing({ sidecar }: Part, parts: readonly Part[]): Issue[] {
  const { of } = sidecar.shard;
  const there = new Set(parts.map((part) => part.sidecar.shard.index));
  if (there.size >= of) return [];
  const named: string[] = [];
  for (let i = 1; i <= of && named.length < 10; i++) if (!there.has(i)) named.push(`${i}/${of}`);
  const more = of - there.size - named.length;
  const got = `none of ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return [{ path: '', expected: `all ${of} shards`, got }];
}

/**
 * Yields the rows of a shard, with or without the header.
 * @throws ConfigError when they have changed since they were written.
 */
function copy(part: Part, withoutHeader: boolean, write: (bytes: Buffer) => void): void {
  const { file, sidecar } = part;
  const checksum = new LineChecksum();
  let skipping = withoutHeader && headerLines(sidecar.format) > 0;
  for (const block of blocks(file, 0, sidecar.rows.bytes)) {
    checksum.add(block);
    let start = 0;
    if (skipping) {
      const lineFeed = block.indexOf(LINE_FEED);
      start = lineFeed < 0 ? block.length : lineFeed + 1;
      skipping = lineFeed < 0;
    }
    write(block.subarray(start));
  }
  if (!sameMark(checksum.state(), sidecar.rows)) throw damageOf(part);
}

/** Where a shard is damaged: a row whose number cannot follow the previous one, or rows between two marks. */
function damageOf({ file, sidecar }: Part): ConfigError {
  const kept = checkKept(file, sidecar);
  const { good, bad } = kept.state === 'damaged' ? kept : { good: sidecar.rows, bad: sidecar.rows };
  let line = good.lines;
  let last = -1;
  for (const text of linesOf(file, good.bytes, Math.max(bad.bytes, good.bytes + 1))) {
    line++;
    if (line > bad.lines) break;
    const point = pointOf(text);
    if (line > headerLines(sidecar.format)) {
      if (point === undefined || point <= last) return damage(file, sidecar.format, { first: line, last: line });
      last = point;
    }
  }
  return damage(file, sidecar.format, { first: Math.min(good.lines + 1, bad.lines), last: bad.lines });
}
