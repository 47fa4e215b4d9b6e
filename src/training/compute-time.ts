import * as v from 'valibot';
import { ConfigError, show } from '../base/errors.js';
import { keys, parse } from '../base/validate.js';
import type { Kernel } from './kernels.js';

/** Share of the peak that a multiplication of m x k by k x n reaches, above 0 and at most 1. */
export type MatrixEfficiency = (m: number, k: number, n: number) => number;

/** How fast an accelerator computes. */
export interface ComputeRates {
  /** Operations per ns. */
  readonly peak: number;
  /** Bytes per ns. */
  readonly memoryBandwidth: number;
  /** Of matrix multiplications: one number, or by their sizes. */
  readonly efficiency: number | MatrixEfficiency;
  /** Share of the memory bandwidth that is reached. */
  readonly memoryEfficiency: number;
}

const [shareText, halfText] = ['a share above 0 and at most 1', 'the side of a matrix, at least 0'];
const sized = keys({
  most: v.pipe(v.number(shareText), v.gtValue(0, shareText), v.maxValue(1, shareText)),
  half: v.pipe(v.number(halfText), v.finite(halfText), v.minValue(0, halfText)),
});

/**
 * An efficiency that grows with the matrices: `most / (1 + half (1/m + 1/k + 1/n) / 3)`. Half of
 * `most` is reached by cubes of side `half`. The time of a product is then its operations at
 * `most` of the peak, and a part that grows with the surface of the box m x k x n: operands that
 * are loaded, tiles at edges.
 * @param most - above 0 and at most 1.
 * @param half - at least 0; with 0 all matrices reach `most`.
 * @throws ConfigError for other numbers.
 */
export function sizedEfficiency(most: number, half: number): MatrixEfficiency {
  parse(sized, { most, half });
  return (m, k, n) => most / (1 + (half / 3) * (1 / m + 1 / k + 1 / n));
}

/**
 * Time of kernels one after another, whole ns: of each the longer of what its operations and its
 * bytes take (the roofline model; Williams et al., CACM 2009; docs/model.md, section 16).
 * @throws ConfigError when an efficiency function returns no share.
 */
export function kernelsNs(kernels: readonly Kernel[], rates: ComputeRates): number {
  const { peak, memoryBandwidth, efficiency, memoryEfficiency } = rates;
  let ns = 0;
  for (const { m, k, n, count, bytes } of kernels) {
    const memoryNs = bytes / (memoryBandwidth * memoryEfficiency);
    if (count === 0) {
      ns += memoryNs;
      continue;
    }
    const share = typeof efficiency === 'number' ? efficiency : efficiency(m, k, n);
    if (!(share > 0 && share <= 1)) {
      const expected = `a share above 0 and at most 1 for matrices of ${m} x ${k} x ${n}`;
      throw new ConfigError([{ path: 'efficiency', expected, got: show(share) }]);
    }
    ns += Math.max((2 * m * k * n * count) / (peak * share), memoryNs);
  }
  return Math.round(ns);
}

/**
 * Fitted to 18 published steps of Megatron on A100: with it {@link sizedEfficiency} comes within
 * 4 % (median) and 9 % (worst) of those that were not fitted.
 */
export const FITTED = { most: 0.81, half: 650 } as const;

export const DEFAULT_EFFICIENCY: MatrixEfficiency = sizedEfficiency(FITTED.most, FITTED.half);

/** Share of the memory bandwidth that streaming kernels reach. */
export const DEFAULT_MEMORY_EFFICIENCY = 0.8;
