import { ConfigError, show } from '../../base/errors.js';
import { didYouMean } from '../../base/validate.js';
import { ROW_FORMATS, type RowFormat } from '../../sweep/format.js';
import { checkOutputs } from '../files/place.js';
import { isSidecarName, sidecarName } from './sidecar.js';

/** The options of `sweep` from commander. */
export interface SweepFlags {
  readonly out?: string;
  readonly format?: string;
  readonly csvSafe?: boolean;
  readonly costs?: string;
  readonly workers?: string;
  readonly resume?: boolean;
  readonly overwrite?: boolean;
  readonly shard?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const MOST_WORKERS = 1024;

export function formatOf({ format, out, csvSafe }: Pick<SweepFlags, 'format' | 'out' | 'csvSafe'>): RowFormat {
  const named = format ?? (/\.(jsonl|ndjson)$/i.test(out ?? '') ? 'jsonl' : 'csv');
  const found = ROW_FORMATS.find((one) => one === named);
  if (found === undefined) {
    const expected = `one of ${ROW_FORMATS.join(', ')}`;
    throw new ConfigError([{ path: '--format', expected, got: show(named), ...didYouMean(named, ROW_FORMATS) }]);
  }
  if (!csvSafe) return found;
  if (found === 'jsonl') {
    throw new ConfigError([
      { path: '--csv-safe', expected: 'rows in CSV', got: 'jsonl, which no spreadsheet computes' },
    ]);
  }
  return 'csv-safe';
}

/** The requested number of workers; undefined for our default. */
export function workersOf({ workers }: Pick<SweepFlags, 'workers'>): number | undefined {
  if (workers === undefined) return undefined;
  const count = /^\d{1,4}$/.test(workers) ? Number(workers) : Number.NaN;
  if (count <= MOST_WORKERS) return count;
  throw new ConfigError([
    { path: '--workers', expected: `a whole number from 0 to ${MOST_WORKERS}`, got: show(workers) },
  ]);
}

/** Refuses flags that contradict each other, and outputs that would replace something else. */
export function checkFlags(file: string, { out, resume, overwrite }: SweepFlags): void {
  if (resume && out === undefined) {
    throw new ConfigError([{ path: '--resume', expected: '--out, the file to continue', got: 'none' }]);
  }
  if (resume && overwrite) {
    throw new ConfigError([{ path: '--resume', expected: 'no --overwrite with it', got: 'both' }]);
  }
  if (out === undefined) return;
  if (isSidecarName(out)) {
    throw new ConfigError([{ path: '--out', expected: 'a name that is not a sidecar’s', got: show(out) }]);
  }
  const outputs = [
    { flag: '--out', path: out },
    { flag: '--out', path: sidecarName(out) },
  ];
  checkOutputs(outputs, [{ flag: 'the sweep file', path: file }]);
}
