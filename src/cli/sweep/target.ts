import { existsSync } from 'node:fs';
import { ConfigError, type Issue } from '../../base/errors.js';
import { header, type RowFormat } from '../../sweep/format.js';
import type { Shard } from '../../sweep/shard.js';
import { writing } from './output-error.js';
import { ResultFile } from './result-file.js';
import { type Kept, keptRows } from './resume.js';
import { readSidecar, type Sidecar, sidecarName, writeSidecar } from './sidecar.js';

/** Where rows go, and what is there already. */
export interface Target {
  /** The first number that is not there yet. */
  readonly from: number;
  /** Rows that are there already. */
  readonly kept: number;
  readonly append: (text: string) => void;
  /** All rows are there. */
  readonly complete: (points: number) => void;
  readonly close: () => void;
}

export interface TargetRequest {
  readonly file: string;
  readonly sidecar: Sidecar;
  readonly columns: readonly string[];
  /** The range of numbers that is to be written. */
  readonly from: number;
  readonly end: number;
  readonly resume: boolean;
  readonly overwrite: boolean;
}

/**
 * Opens a file for the rows of a sweep: a new one, or one that is to be continued.
 * @throws ConfigError when it holds something else, which is left alone.
 */
export function openTarget({ file, sidecar, columns, from, end, resume, overwrite }: TargetRequest): Target {
  const there = resume ? continued(file, sidecar, columns) : undefined;
  if (there === undefined && !overwrite && existsSync(file)) {
    const expected = 'a file that is not there yet; --resume goes on with one, --overwrite replaces it';
    throw new ConfigError([{ path: '--out', expected, got: `${file}, which exists` }]);
  }
  const next = there?.last === undefined ? from : there.last + 1;
  if (next < from || next > end) {
    const expected = `rows of points ${from} to ${end - 1}`;
    throw new ConfigError([{ path: file, expected, got: `a last row of point ${next - 1}` }]);
  }
  // First the sidecar: a file without one cannot be continued.
  if (there === undefined) writing(sidecarName(file), () => writeSidecar(file, sidecar));
  const output = new ResultFile(file, there?.bytes ?? 0);
  if (output.bytes === 0) output.append(header(sidecar.format, columns));
  return {
    from: next,
    kept: there?.points ?? 0,
    append: (text) => output.append(text),
    complete: (points) => {
      const complete = { points, bytes: output.bytes };
      writing(sidecarName(file), () => writeSidecar(file, { ...sidecar, complete }));
    },
    close: () => output.close(),
  };
}

/** What there is to continue; undefined when there is nothing yet. */
function continued(file: string, wanted: Sidecar, columns: readonly string[]): Kept | undefined {
  const found = readSidecar(file);
  if (found === undefined) {
    if (!existsSync(file)) return undefined;
    const expected = `${sidecarName(file)}, which says what sweep ${file} belongs to`;
    throw new ConfigError([{ path: '--resume', expected, got: 'nothing' }]);
  }
  const issues: Issue[] = [];
  const differ = (what: string, of: (sidecar: Sidecar) => string) => {
    if (of(found) === of(wanted)) return;
    issues.push({ path: '--resume', expected: `${file} to have ${what} ${of(wanted)}`, got: of(found) });
  };
  differ('been made by', ({ madeBy }) => madeBy);
  differ('been made from sweep', ({ sweep }) => sweep.slice(0, 12));
  differ('the format', ({ format }) => format);
  differ('the shard', ({ shard }) => shardText(shard));
  if (issues.length > 0) throw new ConfigError(issues);
  return keptRows(file, wanted.format, columns);
}

/** Rows for a reader at the other end of a pipe. */
export function streamTarget(
  write: (text: string) => void,
  format: RowFormat,
  columns: readonly string[],
  from: number,
): Target {
  write(header(format, columns));
  return { from, kept: 0, append: write, complete: () => {}, close: () => {} };
}

export function shardText({ index, of }: Shard): string {
  return `${index}/${of}`;
}
