import { ConfigError, show } from '../../base/errors.js';
import { didYouMean } from '../../base/validate.js';
import { ROW_FORMATS, type RowFormat } from '../../sweep/format.js';

/** The options of `sweep` as commander hands them over. */
export interface SweepFlags {
  readonly out?: string;
  readonly format?: string;
  readonly workers?: string;
  readonly resume?: boolean;
  readonly overwrite?: boolean;
  readonly shard?: string;
  readonly dryRun?: boolean;
}

const MOST_WORKERS = 1024;

export function formatOf({ format, out }: Pick<SweepFlags, 'format' | 'out'>): RowFormat {
  if (format === undefined) return /\.(jsonl|ndjson)$/i.test(out ?? '') ? 'jsonl' : 'csv';
  const found = ROW_FORMATS.find((one) => one === format);
  if (found !== undefined) return found;
  const expected = `one of ${ROW_FORMATS.join(', ')}`;
  throw new ConfigError([{ path: '--format', expected, got: show(format), ...didYouMean(format, ROW_FORMATS) }]);
}

/** How many workers are asked for; undefined when that is ours to say. */
export function workersOf({ workers }: Pick<SweepFlags, 'workers'>): number | undefined {
  if (workers === undefined) return undefined;
  const count = /^\d{1,4}$/.test(workers) ? Number(workers) : Number.NaN;
  if (count <= MOST_WORKERS) return count;
  throw new ConfigError([
    { path: '--workers', expected: `a whole number from 0 to ${MOST_WORKERS}`, got: show(workers) },
  ]);
}

/** Flags that have no meaning together. */
export function checkFlags({ out, resume, overwrite }: SweepFlags): void {
  if (resume && out === undefined) {
    throw new ConfigError([{ path: '--resume', expected: '--out, the file to go on with', got: 'none' }]);
  }
  if (resume && overwrite) {
    throw new ConfigError([{ path: '--resume', expected: 'no --overwrite beside it', got: 'both' }]);
  }
}
