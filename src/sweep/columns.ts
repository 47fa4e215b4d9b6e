import type { FieldKind } from './fields.js';

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
  'warnings',
  'error',
] as const;

const UNITS: Readonly<Partial<Record<FieldKind, string>>> = { bytes: '_bytes', time: '_ns', bandwidth: '_GBps' };

/** The name of a column, with the unit that its numbers are in. */
export function columnName(name: string, kind: FieldKind): string {
  return name + (UNITS[kind] ?? '');
}
