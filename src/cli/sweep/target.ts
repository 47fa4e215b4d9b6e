import { rmSync } from 'node:fs';
import { ConfigError } from '../../base/errors.js';
import { header, type RowFormat } from '../../sweep/format.js';
import { AppendFile } from '../files/append-file.js';
import { LineChecksum } from '../files/line-checksum.js';
import { type Lock, takeLock } from '../files/lock.js';
import { outputPlace, type Place } from '../files/place.js';
import { makeFolder } from '../files/write-whole.js';
import { CheckedWriter } from './checked-writer.js';
import { continued, type Wanted } from './continued.js';
import { rowsIn } from './kept-rows.js';
import { readSidecar, sidecarName, writeSidecar } from './sidecar.js';

/** Where rows go, and which exist already. */
export interface Target {
  /** The first missing number. */
  readonly from: number;
  /** Existing rows. */
  readonly kept: number;
  /** Whether it can be continued after an interruption. */
  readonly continues: boolean;
  /** Adds the rows of all points below `next`. */
  readonly append: (text: string, next: number) => void;
  /** Called when all rows are written. */
  readonly complete: () => void;
  readonly close: () => void;
}

export interface TargetRequest extends Wanted {
  readonly resume: boolean;
  readonly overwrite: boolean;
}

/**
 * Opens a file for the rows of a sweep: a new one, or one to continue. A device or a
 * pipe gets the rows and no sidecar.
 * @throws ConfigError when the file holds something else, which stays untouched.
 * @throws OutputError when the file cannot be written, or another process writes it.
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
    // Again, because another process may have made it meanwhile.
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
    const expected = 'a new file; --resume continues one, --overwrite replaces one';
    throw new ConfigError([{ path: '--out', expected, got: `${file}, which exists` }]);
  }
  // Refuses to replace a file that is not a sidecar.
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
