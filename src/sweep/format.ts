import type { PointResult, Ran } from './row.js';

/**
 * How to write rows: a table for data frames, the same with texts that no spreadsheet reads
 * as a formula, or one JSON object per line.
 */
export const ROW_FORMATS = ['csv', 'csv-safe', 'jsonl'] as const;

export type RowFormat = (typeof ROW_FORMATS)[number];

/** Columns after the independent variables. */
export const RESULT_COLUMNS = [
  'total_npus',
  'ranks',
  'chunks',
  'time_ns',
  'algbw_GBps',
  'busbw_GBps',
  'bottleneck_dimension',
  'utilisation',
  'engine',
  'fitted_to',
  'warnings',
  'error',
] as const;

/** The lines before the first row. */
export function header(format: RowFormat, columns: readonly string[]): string {
  if (format === 'jsonl') return '';
  const names = ['point', ...columns, ...RESULT_COLUMNS];
  return `${names.map((name) => cell(name, format)).join(',')}\n`;
}

export function headerLines(format: RowFormat): number {
  return format === 'jsonl' ? 0 : 1;
}

/** Writes a row as one line, even if a field has line breaks, so that the end of a file shows whether its last row is complete. */
export function formatRow(format: RowFormat, columns: readonly string[], ran: Ran): string {
  return format === 'jsonl' ? jsonRow(columns, ran) : csvRow(ran, format);
}

/** Commas before the error of a point without a result. */
const NO_RESULT = ','.repeat(RESULT_COLUMNS.length);

function csvRow({ point, values, outcome }: Ran, format: RowFormat): string {
  let line = String(point);
  for (const value of values) line += `,${cell(value, format)}`;
  if (typeof outcome === 'string') return `${line}${NO_RESULT}${cell(outcome, format)}\n`;
  for (const value of resultsOf(outcome)) line += `,${cell(value, format)}`;
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
  const { totalNpus, ranks, chunks, timeNs, algbwGBps, busbwGBps, bottleneck, utilisation, engine, ...rest } = result;
  const codes = rest.warnings.length === 0 ? undefined : rest.warnings;
  return [
    totalNpus,
    ranks,
    chunks,
    timeNs,
    algbwGBps,
    busbwGBps,
    bottleneck,
    utilisation,
    engine,
    rest.fittedTo,
    codes,
  ];
}

/** RFC 4180, always on one line. Writes lists of words as for `--algorithms`, other nested values as JSON. */
function cell(value: unknown, format: RowFormat): string {
  switch (typeof value) {
    case 'number':
    case 'boolean':
      return String(value);
    case 'string':
      return text(value, format);
    case 'object':
      if (value === null) return '';
      if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return text(value.join(','), format);
      return text(JSON.stringify(value), format);
    default:
      return '';
  }
}

/** What spreadsheets read as the start of a formula. */
const FORMULA = /^[=+\-@\t\r]/;

function text(value: string, format: RowFormat): string {
  const harmless = format === 'csv-safe' && FORMULA.test(value) ? `'${value}` : value;
  const line = harmless.replaceAll(/[\r\n]+/g, ' ');
  return harmless !== value || /[",]/.test(line) ? `"${line.replaceAll('"', '""')}"` : line;
}
