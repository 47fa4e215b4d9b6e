import { keys, parse } from '../../base/validate.js';
import { atLeastZero, curveSchema } from './curve-schema.js';

/** Time of one collective on one number of ranks as a function of its size, as plain data. */
export type CostCurve = LineCurve | RootCurve | LinesCurve | PowerCurve | TableCurve;

export type CurveForm = CostCurve['form'];

/** `a + S/B`: one forced algorithm and protocol. */
export interface LineCurve {
  readonly form: 'line';
  readonly constantUs: number;
  readonly usPerByte: number;
}

/** `a + b sqrt(S) + S/B`: one term for the bend that changes of algorithm and protocol cause. */
export interface RootCurve {
  readonly form: 'root';
  readonly constantUs: number;
  readonly usPerRootByte: number;
  readonly usPerByte: number;
}

/** The minimum of up to three lines, one per protocol: a library takes the fastest. */
export interface LinesCurve {
  readonly form: 'lines';
  readonly lines: readonly { readonly constantUs: number; readonly usPerByte: number }[];
}

/** `(a^p + (S/B)^p)^(1/p)`: latency and bandwidth overlap to some degree. */
export interface PowerCurve {
  readonly form: 'power';
  readonly constantUs: number;
  readonly usPerByte: number;
  readonly exponent: number;
}

/** The measured times themselves, with straight lines between sizes. */
export interface TableCurve {
  readonly form: 'table';
  /** Ascending. */
  readonly bytes: readonly number[];
  readonly timesUs: readonly number[];
}

export const CURVE_FORMS: readonly CurveForm[] = ['line', 'root', 'lines', 'power', 'table'];

const schema = keys({ curve: curveSchema, bytes: atLeastZero });

/**
 * The time of a size on a curve, us.
 * @throws ConfigError for an invalid curve, or bytes below 0.
 */
export function curveUs(curve: CostCurve, bytes: number): number {
  parse(schema, { curve, bytes });
  return timeOnCurve(curve, bytes);
}

/** The same for one of our own curves, unchecked. */
export function timeOnCurve(curve: CostCurve, bytes: number): number {
  switch (curve.form) {
    case 'line':
      return curve.constantUs + curve.usPerByte * bytes;
    case 'root':
      return curve.constantUs + curve.usPerRootByte * Math.sqrt(bytes) + curve.usPerByte * bytes;
    case 'lines':
      return Math.min(...curve.lines.map(({ constantUs, usPerByte }) => constantUs + usPerByte * bytes));
    case 'power':
      return (curve.constantUs ** curve.exponent + (curve.usPerByte * bytes) ** curve.exponent) ** (1 / curve.exponent);
    case 'table':
      return tableUs(curve, bytes);
  }
}

/** Below the first size, the first time; above the last, the last slope if it rises. */
function tableUs({ bytes: sizes, timesUs }: TableCurve, bytes: number): number {
  const last = sizes.length - 1;
  if (bytes <= (sizes[0] as number) || last === 0) return timesUs[0] as number;
  const right = Math.min(last, firstAtLeast(sizes, bytes));
  const from = sizes[right - 1] as number;
  const to = sizes[right] as number;
  const before = timesUs[right - 1] as number;
  const after = timesUs[right] as number;
  if (bytes > to && after < before) return after;
  return before + ((after - before) * (bytes - from)) / (to - from);
}

/** Index of the first of ascending values that is at least `wanted`. */
export function firstAtLeast(values: readonly number[], wanted: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
