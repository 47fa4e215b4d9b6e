import { ConfigError } from '../../base/errors.js';
import { formatBytes } from '../../base/units.js';
import type { MeasuredTable } from '../../costs/calibrate/measured-table.js';
import type { LogNote } from '../../formats/log-notes.js';
import { readNcclTests } from '../../formats/nccl-tests.js';
import { readInput } from '../files/read-input.js';
import { renaming } from '../flags.js';

/** Strings cannot be much longer; a log with 10^6 rows takes about 100 MB. */
const MOST_BYTES = 2 ** 28;

/** The measured tables of a file. */
export interface ReadLog {
  /** As the user wrote it; `-` is standard input. */
  readonly file: string;
  readonly tables: readonly MeasuredTable[];
  /** Rows without a measurement, by reason. */
  readonly notes: readonly LogNote[];
}

/** Throws a ConfigError that names the file if it is unreadable or has no table. */
export async function readLog(file: string): Promise<ReadLog> {
  const name = file === '-' ? 'standard input' : file;
  const content = await readInput(file);
  if (content.length > MOST_BYTES) {
    const got = formatBytes(content.length);
    throw new ConfigError([{ path: name, expected: `a log of at most ${formatBytes(MOST_BYTES)}`, got }]);
  }
  const text = content.toString('utf8');
  const { tables, notes } = renaming(
    () => readNcclTests(text),
    (path) => path.replace(/^log/, name),
  );
  return { file, tables: tables.map((table) => ({ ...table, info: { ...table.info, file: name } })), notes };
}

/** What a log had to skip, as text. */
export function noteLines({ file, notes }: ReadLog): string[] {
  const name = file === '-' ? 'standard input' : file;
  return notes.map(({ what, count, first }) => `# note: ${name}: skipped ${count} x ${what}, the first at ${first}`);
}
