import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CostCurve, CURVE_FORMS, curveUs, firstAtLeast } from '../../../../src/costs/calibrate/curve.js';
import { fitCurve } from '../../../../src/costs/calibrate/fit-curve.js';

const SIZES = Array.from({ length: 25 }, (_, i) => 2 ** (i + 3));

const sampled = (curve: CostCurve) => ({ bytes: SIZES, timesUs: SIZES.map((bytes) => curveUs(curve, bytes)) });

describe('a fit finds again what made the times', () => {
  test.each<CostCurve>([
    { form: 'line', constantUs: 12, usPerByte: 1e-5 },
    { form: 'root', constantUs: 12, usPerRootByte: 0.02, usPerByte: 1e-5 },
    { form: 'power', constantUs: 12, usPerByte: 1e-5, exponent: 0.5 },
    // Crossings at 4e5 / (8 - 1) ... bytes: 10 + 8e-3 S meets 20 + 1e-3 S at 1429, that meets 60 + 1e-5 S at 40404.
    {
      form: 'lines',
      lines: [
        { constantUs: 10, usPerByte: 8e-3 },
        { constantUs: 20, usPerByte: 1e-3 },
        { constantUs: 60, usPerByte: 1e-5 },
      ],
    },
  ])('$form', (curve) => {
    const fitted = fitCurve(curve.form, sampled(curve));
    for (const bytes of [5, 100, 3000, 77_777, 5e6, 1e9]) {
      expect(curveUs(fitted, bytes) / curveUs(curve, bytes)).toBeCloseTo(1, 6);
    }
  });
});

test('no form says less than nothing, and all are finite', () => {
  const time = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
  const samples = fc.uniqueArray(fc.integer({ min: 1, max: 2 ** 33 }), { minLength: 2, maxLength: 30 }).chain((bytes) =>
    fc.record({
      bytes: fc.constant(bytes.sort((a, b) => a - b)),
      timesUs: fc.array(time, { minLength: bytes.length, maxLength: bytes.length }),
    }),
  );
  fc.assert(
    fc.property(samples, fc.constantFrom(...CURVE_FORMS), fc.integer({ min: 0, max: 2 ** 40 }), (all, form, bytes) => {
      const us = curveUs(fitCurve(form, all), bytes);
      expect(us).toBeGreaterThanOrEqual(0);
      expect(Number.isFinite(us)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('a table is straight from size to size, flat before it, and goes on as it ends', () => {
  const curve: CostCurve = { form: 'table', bytes: [10, 20, 40], timesUs: [5, 7, 17] };
  // 17 + (17 - 7) / (40 - 20) x 20 = 27.
  expect([1, 10, 15, 20, 30, 40, 60].map((bytes) => curveUs(curve, bytes))).toEqual([5, 5, 6, 7, 12, 17, 27]);
  // A last step down is no trend.
  expect(curveUs({ form: 'table', bytes: [10, 20], timesUs: [5, 4] }, 100)).toBe(4);
  expect(curveUs({ form: 'table', bytes: [10], timesUs: [5] }, 100)).toBe(5);
});

test('the first value that is large enough', () => {
  expect([0, 1, 2, 3, 5, 6].map((wanted) => firstAtLeast([1, 3, 5], wanted))).toEqual([0, 0, 1, 1, 2, 3]);
});
