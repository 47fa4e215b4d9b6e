import { quantile, type Samples } from './measured-table.js';

/** Sizes at which the library's choices, and so the errors, change in kind. */
const BAND_ENDS = [32 * 2 ** 10, 32 * 2 ** 20] as const;

/** How far predictions are from measured times, in percent of the measured time. */
export interface Errors {
  readonly medianPercent: number;
  readonly p90Percent: number;
  /** Number of predictions. */
  readonly count: number;
}

export interface BandErrors extends Errors {
  readonly fromBytes: number;
  /** The first size above; absent for the last band. */
  readonly belowBytes?: number;
}

export interface ErrorSummary extends Errors {
  /** Small, middle and large sizes, without empty bands. */
  readonly bands: readonly BandErrors[];
}

/** A prediction and the measured time. */
export interface Compared {
  readonly bytes: number;
  readonly predictedUs: number;
  readonly measuredUs: number;
}

export function summarize(all: readonly Compared[]): ErrorSummary {
  const starts = [0, ...BAND_ENDS];
  const bands = starts.flatMap((fromBytes, i): BandErrors[] => {
    const belowBytes = BAND_ENDS[i];
    const inside = all.filter(({ bytes }) => bytes >= fromBytes && bytes < (belowBytes ?? Number.POSITIVE_INFINITY));
    if (inside.length === 0) return [];
    return [{ fromBytes, ...(belowBytes === undefined ? {} : { belowBytes }), ...errorsOf(inside) }];
  });
  return { ...errorsOf(all), bands };
}

export function compare(samples: Samples, predictUs: (bytes: number) => number): Compared[] {
  return samples.bytes.map((bytes, i) => ({
    bytes,
    predictedUs: predictUs(bytes),
    measuredUs: samples.timesUs[i] as number,
  }));
}

/**
 * Fits to every other size and predicts the rest, first the odd ones, then the even
 * ones, so that a fit that has not seen it predicts each size once.
 */
export function compareHeldOut(samples: Samples, fitTo: (seen: Samples) => (bytes: number) => number): Compared[] {
  return [0, 1].flatMap((parity) => {
    const seen = everyOther(samples, parity);
    return seen.bytes.length === 0 ? [] : compare(everyOther(samples, 1 - parity), fitTo(seen));
  });
}

export function everyOther({ bytes, timesUs }: Samples, parity: number): Samples {
  const isIn = (_: unknown, i: number) => i % 2 === parity;
  return { bytes: bytes.filter(isIn), timesUs: timesUs.filter(isIn) };
}

function errorsOf(all: readonly Compared[]): Errors {
  const percent = all.map(({ predictedUs, measuredUs }) => 100 * Math.abs(predictedUs / measuredUs - 1));
  return { medianPercent: quantile(percent, 0.5), p90Percent: quantile(percent, 0.9), count: all.length };
}
