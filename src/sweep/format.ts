import { RESULT_COLUMNS } from './columns.js';
import type { PointResult, Ran } from './row.js';

/** How rows are written: a table for spreadsheets and data frames, or a JSON object per line. */
export type RowFormat = 'csv' | 'jsonl';

export const ROW_FORMATS: readonly RowFormat[] = ['csv', 'jsonl'];

/** The lines before the first row. */
export function header(format: RowFormat, columns: readonly string[]): string {
  return format === 'csv' ? `${['point', ...columns, ...RESULT_COLUMNS].map(cell).join(',')}\n` : '';
}

/** A row as one line, whatever it holds: the end of a file is then a whole row, or known not to be one. */
export function formatRow(format: RowFormat, columns: readonly string[], ran: Ran): string {
  return format === 'csv' ? csvRow(ran) : jsonRow(columns, ran);
}

/** Commas before the error of a point that has no result. */
const NO_RESULT = ','.repeat(RESULT_COLUMNS.length);

function csvRow({ point, values, outcome }: Ran): string {
  let line = String(point);
  for (const value of values) line += `,${cell(value)}`;
  if (typeof outcome === 'string') return `${line}${NO_RESULT}${cell(outcome)}\n`;
  for (const value of resultsOf(outcome)) line += `,${cell(value)}`;
  return `${line},\n`;
}

function jsonRow(columns: readonly string[], { point, values, outcome }: Ran): string {
  const row: Record<string, unknown> = { point };
  // A value that could not be computed is null.
  for (const [i, name] of columns.entries()) row[name] = values[i] ?? null;
  if (typeof outcome === 'string') row['error'] = outcome;
  // Without warnings there is no key for them.
  else for (const [i, value] of resultsOf(outcome).entries()) row[RESULT_COLUMNS[i] as string] = value;
  return `${JSON.stringify(row)}\n`;
}

/** In the order of {@link RESULT_COLUMNS}, all but the error. */
function resultsOf(result: PointResult): unknown[] {
  const { totalNpus, ranks, chunks, timeNs, algbwGBps, busbwGBps, bottleneck, utilisation, engine, warnings } = result;
  const codes = warnings.length === 0 ? undefined : warnings;
  return [totalNpus, ranks, chunks, timeNs, algbwGBps, busbwGBps, bottleneck, utilisation, engine, codes];
}

/** RFC 4180, always on one line. Lists of words as `--algorithms` takes them, anything else nested as JSON. */
function cell(value: unknown): string {
  switch (typeof value) {
    case 'number':
    case 'boolean':
      return String(value);
    case 'string':
      return quoted(value);
    case 'object':
      if (value === null) return '';
      if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return quoted(value.join(','));
      return quoted(JSON.stringify(value));
    default:
      return '';
  }
}

function quoted(text: string): string {
  if (!/[",\r\n]/.test(text)) return text;
  const line = text.replaceAll(/[\r\n]+/g, ' ');
  return /[",]/.test(line) ? `"${line.replaceAll('"', '""')}"` : line;
}
