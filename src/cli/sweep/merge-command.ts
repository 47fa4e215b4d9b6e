import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { ConfigError, type Issue, show } from '../../base/errors.js';
import { EXIT } from '../exit-codes.js';
import type { Io } from '../io.js';
import { SWEEP_EXIT } from './exit.js';
import type { SweepFlags } from './flags.js';
import { OutputError, writing } from './output-error.js';
import { ResultFile } from './result-file.js';
import { readSidecar, type Sidecar, sidecarName, writeSidecar } from './sidecar.js';
import { shardText } from './target.js';

interface Part {
  readonly file: string;
  readonly sidecar: Sidecar;
}

const BLOCK = 2 ** 20;
const LINE_FEED = 10;

/** Joins all shards of a sweep, after checking that none is missing, twice there or incomplete. */
export function mergeCommand(
  files: readonly string[],
  { out, overwrite = false }: Pick<SweepFlags, 'out' | 'overwrite'>,
  io: Io,
): number {
  if (out === undefined) throw new ConfigError([{ path: '--out', expected: 'a file for all rows', got: 'none' }]);
  const parts = checked(files);
  const [first] = parts as [Part];
  if (files.includes(out)) {
    throw new ConfigError([{ path: '--out', expected: 'a file that is no shard', got: show(out) }]);
  }
  if (existsSync(out) && !overwrite) {
    const expected = 'a file that is not there yet; --overwrite replaces it';
    throw new ConfigError([{ path: '--out', expected, got: `${out}, which exists` }]);
  }
  const points = parts.reduce((sum, { sidecar }) => sum + (sidecar.complete?.points ?? 0), 0);
  try {
    const { complete, ...common } = first.sidecar;
    const sidecar: Sidecar = { ...common, shard: { index: 1, of: 1 } };
    writing(sidecarName(out), () => writeSidecar(out, sidecar));
    const output = new ResultFile(out, 0);
    try {
      for (const [i, part] of parts.entries()) copy(part, output, i === 0);
    } finally {
      output.close();
    }
    const whole = { ...sidecar, complete: { points, bytes: output.bytes } };
    writing(sidecarName(out), () => writeSidecar(out, whole));
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
    io.err(`error: ${error.message}\n`);
    return SWEEP_EXIT.output;
  }
  if (process.stderr.isTTY) io.err(`${points} points of ${parts.length} shards\n`);
  return EXIT.complete;
}

/** The shards in order. */
function checked(files: readonly string[]): Part[] {
  const issues: Issue[] = [];
  const parts: Part[] = [];
  for (const file of files) {
    const sidecar = readSidecar(file);
    if (sidecar === undefined) {
      issues.push({ path: file, expected: `${sidecarName(file)} beside it`, got: 'nothing' });
    } else if (sidecar.complete === undefined) {
      issues.push({ path: file, expected: 'a complete shard', got: 'one that --resume has to finish' });
    } else if (statSync(file, { throwIfNoEntry: false })?.size !== sidecar.complete.bytes) {
      issues.push({ path: file, expected: `${sidecar.complete.bytes} bytes, as when it was complete`, got: 'others' });
    } else {
      parts.push({ file, sidecar });
    }
  }
  const [first] = parts;
  if (first !== undefined) issues.push(...together(first, parts));
  if (issues.length > 0) throw new ConfigError(issues);
  return parts.sort((a, b) => a.sidecar.shard.index - b.sidecar.shard.index);
}

/** What keeps complete shards from being one sweep. */
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
  if (issues.length > 0) return issues;
  const { of } = first.sidecar.shard;
  const there = new Map<number, string>();
  for (const { file, sidecar } of parts) {
    const { index } = sidecar.shard;
    const other = there.get(index);
    if (other !== undefined) {
      issues.push({ path: file, expected: 'every shard once', got: `${shardText(sidecar.shard)}, like ${other}` });
    }
    there.set(index, file);
  }
  if (there.size < of) {
    const missing: string[] = [];
    for (let i = 1; i <= of && missing.length < 10; i++) if (!there.has(i)) missing.push(`${i}/${of}`);
    const more = of - there.size - missing.length;
    const got = `none of ${missing.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    issues.push({ path: '', expected: `all ${of} shards`, got });
  }
  return issues;
}

/** Appends the rows of a shard; of the first one the header too. */
function copy({ file, sidecar }: Part, output: ResultFile, withHeader: boolean): void {
  const descriptor = openSync(file, 'r');
  const block = Buffer.alloc(BLOCK);
  let skipping = !withHeader && sidecar.format === 'csv';
  try {
    for (
      let got = readSync(descriptor, block, 0, BLOCK, null);
      got > 0;
      got = readSync(descriptor, block, 0, BLOCK, null)
    ) {
      let start = 0;
      if (skipping) {
        const lineFeed = block.subarray(0, got).indexOf(LINE_FEED);
        start = lineFeed < 0 ? got : lineFeed + 1;
        skipping = lineFeed < 0;
      }
      output.append(block.subarray(start, got));
    }
  } finally {
    closeSync(descriptor);
  }
}
