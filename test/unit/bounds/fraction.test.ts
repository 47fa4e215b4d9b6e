import { expect, it } from 'vitest';
import { compareFractions, fraction, fractionOf, over, plus, times, toNumber } from '../../../src/bounds/fraction.js';

it('keeps lowest terms', () => {
  expect(fraction(6n, 4n)).toEqual({ numerator: 3n, denominator: 2n });
  expect(fraction(0n, 5n)).toEqual({ numerator: 0n, denominator: 1n });
  expect(times(fraction(2n, 3n), fraction(9n, 4n))).toEqual(fraction(3n, 2n));
  expect(over(fraction(2n, 3n), fraction(4n, 9n))).toEqual(fraction(3n, 2n));
  expect(plus(fraction(1n, 6n), fraction(1n, 3n))).toEqual(fraction(1n, 2n));
});

it('takes a double for exactly what it is', () => {
  expect(fractionOf(0.375)).toEqual(fraction(3n, 8n));
  // 0.1 is 3602879701896397 / 2^55.
  expect(fractionOf(0.1)).toEqual({ numerator: 3602879701896397n, denominator: 2n ** 55n });
  for (const value of [0, 1, 1e300, 5e-324, 25 / 1.073741824]) expect(toNumber(fractionOf(value))).toBe(value);
});

it('compares, and prints what is too large for a double', () => {
  expect(compareFractions(fraction(1n, 3n), fraction(1n, 2n))).toBe(-1);
  expect(compareFractions(fraction(1n, 2n), fraction(2n, 4n))).toBe(0);
  expect(compareFractions(fraction(2n, 3n), fraction(1n, 2n))).toBe(1);
  expect(toNumber({ numerator: 3n * 10n ** 400n + 1n, denominator: 2n * 10n ** 400n })).toBeCloseTo(1.5, 15);
});
