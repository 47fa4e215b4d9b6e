/** A function of numbers, or of one list, for expressions. */
export type ExpressionFunction =
  | {
      readonly of: 'numbers';
      readonly takes: readonly [least: number, most: number];
      readonly apply: (...values: number[]) => unknown;
    }
  | { readonly of: 'list'; readonly takes: readonly [1, 1]; readonly apply: (list: readonly unknown[]) => unknown };

const MANY = 100;

function one(apply: (value: number) => unknown): ExpressionFunction {
  return { of: 'numbers', takes: [1, 1], apply: apply as (...values: number[]) => unknown };
}

function several(apply: (...values: number[]) => unknown): ExpressionFunction {
  return { of: 'numbers', takes: [1, MANY], apply };
}

export const FUNCTIONS: Readonly<Record<string, ExpressionFunction>> = {
  abs: one(Math.abs),
  ceil: one(Math.ceil),
  exp: one(Math.exp),
  floor: one(Math.floor),
  log: one(Math.log),
  log2: one(Math.log2),
  log10: one(Math.log10),
  round: one(Math.round),
  sqrt: one(Math.sqrt),
  isInteger: one(Number.isInteger),
  isPowerOfTwo: one((value) => value >= 1 && Number.isInteger(Math.log2(value))),
  max: several(Math.max),
  min: several(Math.min),
  gcd: several((...values) => values.map(Math.abs).reduce(gcd)),
  count: { of: 'list', takes: [1, 1], apply: (list) => list.length },
};

function gcd(a: number, b: number): number {
  return Number.isFinite(a) && Number.isFinite(b) ? (b === 0 ? a : gcd(b, a % b)) : Number.NaN;
}
