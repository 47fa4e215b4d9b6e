import {
  type CostCurve,
  type CurveForm,
  type LineCurve,
  type LinesCurve,
  type PowerCurve,
  timeOnCurve,
} from './curve.js';
import type { Samples } from './measured-table.js';
import { nonNegativeLeastSquares } from './nnls.js';

/** More sizes than this add nothing about a handful of coefficients. */
const MOST_SIZES = 500;

/** Fits a form by least relative error, with coefficients of at least 0. */
export function fitCurve(form: CurveForm, all: Samples): CostCurve {
  const samples = thin(all);
  switch (form) {
    case 'line':
      return { form, ...fitLine(samples) };
    case 'root': {
      const columns = [samples.bytes.map(() => 1), samples.bytes.map(Math.sqrt), samples.bytes];
      const [constantUs = 0, usPerRootByte = 0, usPerByte = 0] = fitRelative(columns, samples.timesUs);
      return { form, constantUs, usPerRootByte, usPerByte };
    }
    case 'lines':
      return fitLines(samples);
    case 'power':
      return fitPower(samples);
    case 'table':
      return { form, bytes: all.bytes, timesUs: all.timesUs };
  }
}

/** Coefficients of columns that give the times with the least sum of squared relative errors. */
export function fitRelative(columns: readonly (readonly number[])[], timesUs: readonly number[]): number[] {
  const relative = columns.map((column) => column.map((value, i) => value / (timesUs[i] as number)));
  return nonNegativeLeastSquares(
    relative,
    timesUs.map(() => 1),
  );
}

function fitLine({ bytes, timesUs }: Samples): Omit<LineCurve, 'form'> {
  const [constantUs = 0, usPerByte = 0] = fitRelative([bytes.map(() => 1), bytes], timesUs);
  return { constantUs, usPerByte };
}

const MOST_LINES = 3;
/** Most places where one line may end and the next begin: more cost much and change little. */
const MOST_CUTS = 40;
const LEAST_SIZES = 2;

/**
 * Cuts the sizes into up to three runs in every way, with one line per run, and keeps the cut
 * whose minimum of lines errs least over all sizes.
 */
function fitLines(samples: Samples): LinesCurve {
  const count = samples.bytes.length;
  const step = Math.max(1, Math.ceil(count / MOST_CUTS));
  const cuts: number[] = [];
  for (let cut = LEAST_SIZES; cut <= count - LEAST_SIZES; cut += step) cuts.push(cut);

  const known = new Map<number, Omit<LineCurve, 'form'>>();
  const lineOf = (from: number, to: number) => {
    const key = from * (count + 1) + to;
    const line = known.get(key) ?? fitLine(slice(samples, from, to));
    known.set(key, line);
    return line;
  };
  let best: LinesCurve = { form: 'lines', lines: [lineOf(0, count)] };
  let least = squaresOf(best, samples);
  const extend = (lines: LinesCurve['lines'], from: number) => {
    const closed: LinesCurve = { form: 'lines', lines: [...lines, lineOf(from, count)] };
    const squares = squaresOf(closed, samples);
    if (squares < least) {
      best = closed;
      least = squares;
    }
    if (closed.lines.length === MOST_LINES) return;
    for (const cut of cuts) if (cut - from >= LEAST_SIZES) extend([...lines, lineOf(from, cut)], cut);
  };
  extend([], 0);
  return best;
}

const EXPONENTS = Array.from({ length: 78 }, (_, i) => 0.15 + 0.05 * i);

/** Tries exponents one by one: with the exponent fixed, the form is linear in its coefficients. */
function fitPower(samples: Samples): PowerCurve {
  const { bytes, timesUs } = samples;
  const candidates = EXPONENTS.map((exponent): PowerCurve => {
    const raised = [bytes.map(() => 1), bytes.map((size) => size ** exponent)];
    const [constant = 0, slope = 0] = fitRelative(
      raised,
      timesUs.map((time) => time ** exponent),
    );
    return { form: 'power', constantUs: constant ** (1 / exponent), usPerByte: slope ** (1 / exponent), exponent };
  });
  return candidates.reduce((best, next) => (squaresOf(next, samples) < squaresOf(best, samples) ? next : best));
}

function squaresOf(curve: CostCurve, { bytes, timesUs }: Samples): number {
  let sum = 0;
  for (const [i, size] of bytes.entries()) sum += (timeOnCurve(curve, size) / (timesUs[i] as number) - 1) ** 2;
  return sum;
}

function thin({ bytes, timesUs }: Samples): Samples {
  const step = Math.ceil(bytes.length / MOST_SIZES);
  const isIn = (_: unknown, i: number) => i % step === 0;
  return { bytes: bytes.filter(isIn), timesUs: timesUs.filter(isIn) };
}

function slice({ bytes, timesUs }: Samples, from: number, to: number): Samples {
  return { bytes: bytes.slice(from, to), timesUs: timesUs.slice(from, to) };
}
