import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leastSquares, nonNegativeLeastSquares } from '../../../../src/costs/calibrate/nnls.js';

const value = fc.double({ min: -10, max: 10, noNaN: true }).map((x) => Math.round(x * 8) / 8);
const column = fc.array(value, { minLength: 6, maxLength: 6 });
const problem = fc.tuple(fc.array(column, { minLength: 1, maxLength: 4 }), column);

const squares = (columns: readonly (readonly number[])[], x: readonly number[], target: readonly number[]) =>
  target.reduce((sum, b, row) => {
    const rest = columns.reduce((left, one, i) => left - (x[i] as number) * (one[row] as number), b);
    return sum + rest * rest;
  }, 0);

describe('non-negative least squares', () => {
  test('is plain least squares where that is positive', () => {
    // y = 2 + 3 x exactly.
    const columns = [
      [1, 1, 1],
      [0, 1, 2],
    ];
    expect(nonNegativeLeastSquares(columns, [2, 5, 8])).toEqual([expect.closeTo(2, 12), expect.closeTo(3, 12)]);
  });

  test('holds at 0 what would be negative: y = 3 x - 1 becomes its best line through the origin', () => {
    const columns = [
      [1, 1, 1],
      [1, 2, 3],
    ];
    // Slope (1 x 2 + 2 x 5 + 3 x 8) / (1 + 4 + 9) = 36 / 14.
    const [constant, slope] = nonNegativeLeastSquares(columns, [2, 5, 8]);
    expect(constant).toBe(0);
    expect(slope).toBeCloseTo(36 / 14, 12);
  });

  test('meets the conditions of an optimum: no direction that is allowed leads down', () => {
    fc.assert(
      fc.property(problem, ([columns, target]) => {
        const x = nonNegativeLeastSquares(columns, target);
        const at = squares(columns, x, target);
        for (const [i, one] of columns.entries()) {
          expect(x[i]).toBeGreaterThanOrEqual(0);
          const length = Math.hypot(...one);
          if (length < 1e-3) continue;
          for (const step of [1e-3, -1e-3]) {
            const moved = [...x];
            moved[i] = Math.max(0, (moved[i] as number) + step / length);
            expect(squares(columns, moved, target)).toBeGreaterThanOrEqual(at - 1e-9);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a column that repeats another gets nothing', () => {
    const column = [1, 2, 3];
    expect(nonNegativeLeastSquares([column, column], [2, 4, 6])).toEqual([expect.closeTo(2, 12), 0]);
    expect(leastSquares([column, column], [2, 4, 6])).toBeUndefined();
  });
});
