import * as v from 'valibot';
import { ConfigError } from '../base/errors.js';
import { keys, parse } from '../base/validate.js';
import { sizedEfficiency } from './compute-time.js';
import type { MeasuredStep } from './measured-steps.js';
import { simulateTraining } from './simulate-training.js';

/** The parameters of {@link sizedEfficiency}. */
export interface FittedEfficiency {
  readonly most: number;
  /** 0: one number for all matrices. */
  readonly half: number;
}

/** A measured step beside its prediction. */
export interface PredictedStep {
  readonly name: string;
  readonly source: string;
  readonly measuredSeconds: number;
  readonly predictedSeconds: number;
  /** Predicted over measured, minus 1. */
  readonly error: number;
}

/** An efficiency that was fitted on some steps, and what it predicts. */
export interface Fold {
  readonly fitted: FittedEfficiency;
  /** Steps that were not fitted: the errors below are theirs. */
  readonly rows: readonly PredictedStep[];
  /** Steps that were. */
  readonly fittedRows: readonly PredictedStep[];
  readonly medianError: number;
  readonly worstError: number;
}

export interface TrainingValidation {
  /** Fitted on rows 0, 2, 4 ..., held against the others; and the other way round. */
  readonly sized: readonly [Fold, Fold];
  /** The same with one number for all matrices. */
  readonly single: readonly [Fold, Fold];
  /** Fitted on the rows of one source, held against those of all others; for each source. */
  readonly acrossSources: readonly Fold[];
  /** Fitted on all rows: for use; its errors on these are nothing to quote. */
  readonly all: FittedEfficiency;
}

const schema = keys({
  rows: v.pipe(
    v.array(
      keys({
        name: v.string('a name'),
        source: v.string('a source'),
        options: keys({
          model: v.unknown(),
          cluster: v.unknown(),
          plan: v.unknown(),
        }),
        seconds: v.pipe(v.number('seconds'), v.finite('seconds'), v.gtValue(0, 'seconds above 0')),
      }),
      'a list of measured steps',
    ),
    v.minLength(4, 'at least four'),
  ),
});

/**
 * Holds the simulator against measured steps: fits its efficiency on every other row, predicts
 * the rest, and the other way round; and on the rows of each source, predicting all others. The
 * efficiency is {@link sizedEfficiency} with two fitted numbers, by least squares of relative errors.
 * @throws ConfigError for fewer than four rows, for one that is no step, and where none depends on the efficiency.
 */
export function validateTraining(rows: readonly MeasuredStep[]): TrainingValidation {
  parse(schema, { rows });
  const lines = rows.map(linearised);
  const [even, odd] = [0, 1].map((parity) => lines.filter((_, i) => i % 2 === parity)) as [Line[], Line[]];
  const folds = (single: boolean): [Fold, Fold] => [
    predict(odd, even, leastSquares(even, single)),
    predict(even, odd, leastSquares(odd, single)),
  ];
  const sources = [...new Set(rows.map(({ source }) => source))];
  const acrossSources =
    sources.length < 2
      ? []
      : sources.map((source) => {
          const [own, others] = [true, false].map((is) => lines.filter(({ row }) => (row.source === source) === is));
          return predict(others as Line[], own as Line[], leastSquares(own as Line[], false));
        });
  return { sized: folds(false), single: folds(true), acrossSources, all: leastSquares(lines, false) };
}

/** Where the time of a step is taken for a linear function of `1/most` and `half/most`. */
const AT: FittedEfficiency = { most: 0.8, half: 600 };

/** A step's time as `fixed + perInverse / most + perHalf half / most`, seconds. */
interface Line {
  readonly row: MeasuredStep;
  readonly fixed: number;
  readonly perInverse: number;
  readonly perHalf: number;
}

/**
 * The time of a matrix multiplication is linear in `1/most` and `half/most`, and so is a step's
 * while the same chain of nodes is its longest: three points give the line.
 */
function linearised(row: MeasuredStep, i: number): Line {
  const { most, half } = AT;
  const at = within(`rows[${i}].options`, () => simulated(row, AT));
  const perHalf = (simulated(row, { most, half: 2 * half }) - at) / (half / most);
  const slower = 0.9 * most;
  const perInverse = (simulated(row, { most: slower, half: 0.9 * half }) - at) / (1 / slower - 1 / most);
  return { row, perHalf, perInverse, fixed: at - perInverse / most - (perHalf * half) / most };
}

function within<T>(place: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(error.issues.map((issue) => ({ ...issue, path: `${place}.${issue.path}` })));
  }
}

function simulated({ options }: MeasuredStep, { most, half }: FittedEfficiency): number {
  return simulateTraining({ ...options, efficiency: sizedEfficiency(most, half) }).stepNs / 1e9;
}

/** Least squares of the relative errors: two linear unknowns, or one; `half` not below 0, `most` not above 1. */
function leastSquares(lines: readonly Line[], single: boolean): FittedEfficiency {
  let [xx, xy, yy, xz, yz] = [0, 0, 0, 0, 0];
  for (const { row, fixed, perInverse, perHalf } of lines) {
    const [x, y, z] = [perInverse, perHalf, row.seconds - fixed].map((one) => one / row.seconds) as [
      number,
      number,
      number,
    ];
    xx += x * x;
    xy += x * y;
    yy += y * y;
    xz += x * z;
    yz += y * z;
  }
  if (xx === 0) {
    const expected = 'steps in which some matrix takes longer to multiply than to read';
    throw new ConfigError([{ path: 'rows', expected, got: 'none' }]);
  }
  const determinant = xx * yy - xy * xy;
  const halfOverMost = single || determinant === 0 ? 0 : Math.max(0, (xx * yz - xy * xz) / determinant);
  const inverse = Math.max(1, (xz - xy * halfOverMost) / xx);
  return { most: 1 / inverse, half: halfOverMost / inverse };
}

function predict(lines: readonly Line[], own: readonly Line[], fitted: FittedEfficiency): Fold {
  const [rows, fittedRows] = [lines, own].map((list) => list.map(({ row }) => predicted(row, fitted))) as [
    PredictedStep[],
    PredictedStep[],
  ];
  const errors = rows.map(({ error }) => Math.abs(error)).sort((a, b) => a - b);
  const middle = errors.length / 2;
  const medianError = ((errors[Math.ceil(middle) - 1] as number) + (errors[Math.floor(middle)] as number)) / 2;
  return { fitted, rows, fittedRows, medianError, worstError: errors.at(-1) as number };
}

function predicted(row: MeasuredStep, fitted: FittedEfficiency): PredictedStep {
  const predictedSeconds = simulated(row, fitted);
  const { name, source, seconds: measuredSeconds } = row;
  return { name, source, measuredSeconds, predictedSeconds, error: predictedSeconds / measuredSeconds - 1 };
}
