import type { MeasuredTable, Measurement } from '../costs/calibrate/measured-table.js';
import { LogContext } from './log-context.js';
import { faultOf, LogNotes, type MeasuredLog } from './log-notes.js';
import { type Columns, readHeader, startOfRow } from './measurement-columns.js';

/** Longer lines are never rows of a table. */
const LONGEST_LINE = 2000;

interface OpenTable {
  readonly columns: Columns;
  /** Name of the first table under the header. */
  readonly header: string;
  readonly about: Omit<MeasuredTable, 'rows'>;
  /** Values of type, operation and root; undefined before the first row. */
  group: string | undefined;
  rows: Measurement[];
}

/** Reads the tables in a log, in one pass over its lines. */
export function readMeasurementText(text: string): MeasuredLog {
  const notes = new LogNotes();
  const context = new LogContext();
  const tables: OpenTable[] = [];
  let open: OpenTable | undefined;
  let number = 0;
  for (let at = 0; at <= text.length; ) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    number++;
    const line = end - at > LONGEST_LINE ? '' : text.slice(at, end);
    if (end - at > LONGEST_LINE) notes.add(`line longer than ${LONGEST_LINE} characters`, number);
    at = end + 1;

    const columns = readHeader(line);
    if (columns !== undefined) {
      const about = context.describe(tables.length + 1);
      open = { columns, header: about.name, about, group: undefined, rows: [] };
      tables.push(open);
      continue;
    }
    const row = open === undefined ? undefined : readRow(line, number, open, notes);
    if (row === undefined || open === undefined) {
      context.read(line);
    } else if (row !== 'passed') {
      if (open.group !== undefined && open.group !== row.group) {
        const name = `${open.header} ${row.group}`;
        open = { ...open, about: { ...open.about, name }, rows: [] };
        tables.push(open);
      }
      open.group = row.group;
      open.rows.push(row.measurement);
    }
  }
  return { tables: tables.map(({ about, rows }) => ({ ...about, rows })), notes: notes.list() };
}

/** The row in a line; 'passed' for a row without a measurement, undefined for no row. */
function readRow(
  line: string,
  number: number,
  { columns }: OpenTable,
  notes: LogNotes,
): { group: string; measurement: Measurement } | 'passed' | undefined {
  // This test alone excludes most lines around a table.
  if (!/\d/.test(line)) return undefined;
  const words = line.trim().split(/\s+/);
  const start = startOfRow(columns, words);
  if (start === undefined) return undefined;
  if (start === 'short') {
    notes.add('row cut short', number);
    return 'passed';
  }
  const bytes = Number(words[start + columns.size]);
  const timeUs = Number(words[start + columns.time]);
  const fault = faultOf(bytes, timeUs);
  if (fault !== undefined) {
    notes.add(fault, number);
    return 'passed';
  }
  const inPlaceUs = columns.inPlace === undefined ? Number.NaN : Number(words[start + columns.inPlace]);
  const group = columns.groups.map((column) => words[start + column]).join(' ');
  return { group, measurement: { bytes, timeUs, ...(faultOf(bytes, inPlaceUs) === undefined ? { inPlaceUs } : {}) } };
}
