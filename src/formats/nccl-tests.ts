import { ConfigError, show } from '../base/errors.js';
import { reading } from '../base/validate.js';
import type { MeasuredLog } from './log-notes.js';
import { readMeasurementText } from './measurement-text.js';
import { readNcclTestsJson } from './nccl-tests-json.js';

/**
 * Reads measured times from a log: the tables of nccl-tests and rccl-tests in every layout,
 * even several among other output; the JSON of nccl-tests; tables of the OSU
 * benchmarks; and plain tables of `# key: value` lines with columns named in the header. Skips and
 * counts rows without a measurement. Takes time linear in the text. Throws
 * a ConfigError if it is not text, has no table, or none with a row.
 */
export function readNcclTests(text: string): MeasuredLog {
  if (typeof text !== 'string') throw new ConfigError([{ path: 'log', expected: 'text', got: show(text) }]);
  // JSON may have any value in place of a number.
  const log = reading(() => (/^\s*\{/.test(text) ? readNcclTestsJson(text) : readMeasurementText(text)), 'log');
  const tables = log.tables.filter(({ rows }) => rows.length > 0);
  if (tables.length > 0) return { tables, notes: log.notes };
  const passed = log.notes.map(({ what, count }) => `${count} x ${what}`).join(', ');
  throw new ConfigError([
    {
      path: 'log',
      expected: 'a table with sizes and times, as nccl-tests, rccl-tests or the OSU benchmarks print it',
      got: log.tables.length === 0 ? 'no header of one' : `one without a row${passed === '' ? '' : ` (${passed})`}`,
    },
  ]);
}
