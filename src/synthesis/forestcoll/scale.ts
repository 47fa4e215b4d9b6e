import { sum } from '../../bounds/capacities.js';
import { compareFractions, type Fraction, fraction } from '../../bounds/fraction.js';

// Links carry whole units: those of a capacity c as many as fit into scale * c.

/** Units that a link carries. */
export function unitsAt({ numerator, denominator }: Fraction, capacity: bigint): bigint {
  return (numerator * capacity) / denominator;
}

/** The least scale above `scale` at which one of the links carries another unit. */
export function nextScale(scale: Fraction, capacities: readonly bigint[]): Fraction {
  let least: Fraction | undefined;
  for (const capacity of new Set(capacities)) {
    const candidate = fraction(unitsAt(scale, capacity) + 1n, capacity);
    if (least === undefined || compareFractions(candidate, least) < 0) least = candidate;
  }
  return least ?? scale;
}

/** The least scale at which links together carry `needed`; `carried` grows with theirs and is at most their sum. */
export function leastScale(
  capacities: readonly bigint[],
  carried: (scale: Fraction) => bigint,
  needed: bigint,
): Fraction {
  let scale = fraction(needed, sum(capacities));
  while (carried(scale) < needed) scale = nextScale(scale, capacities);
  return scale;
}
