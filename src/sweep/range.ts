import { type Issue, show } from '../base/errors.js';
import { type QuantityKind, readQuantity } from '../base/units.js';

/** Values computed on demand. */
export interface Progression {
  readonly length: number;
  readonly at: (position: number) => number;
}

const KEYS = ['from', 'to', 'step', 'factor'];
/** Ensures that 0.1 to 0.9 by 0.1 has nine values, and that the third is 0.3. */
const DIGITS = 12;
const TOLERANCE = 1e-9;

export function isRange(value: object): boolean {
  return 'from' in value || 'to' in value;
}

/** Reads `{ from, to, step | factor }`, or returns its problems. */
export function readRange(value: object, kind: QuantityKind | undefined, path: string): Progression | Issue[] {
  const issues: Issue[] = Object.keys(value)
    .filter((key) => !KEYS.includes(key))
    .map((key) => ({ path: `${path}.${key}`, expected: `one of the keys ${KEYS.join(', ')}`, got: 'an unknown key' }));
  const given = value as Readonly<Record<string, unknown>>;
  const number = (key: string, otherwise?: number): number => {
    const raw = given[key] ?? otherwise;
    const read = kind === undefined ? raw : readQuantity(kind, raw);
    if (typeof read === 'number' && Number.isFinite(read)) return read;
    const expected = kind === undefined ? 'a number' : `a number or a quantity (${kind})`;
    issues.push({ path: `${path}.${key}`, expected, got: show(raw) });
    return Number.NaN;
  };
  const [from, to] = [number('from'), number('to')];
  if (to < from) issues.push({ path: `${path}.to`, expected: `at least ${from}`, got: show(given['to']) });
  if (given['factor'] === undefined) {
    const step = number('step', 1);
    if (step <= 0) issues.push({ path: `${path}.step`, expected: 'above 0', got: show(given['step']) });
    if (issues.length > 0) return issues;
    const length = Math.floor((to - from) / step + TOLERANCE) + 1;
    return { length, at: (i) => tidy(from + i * step) };
  }
  const { factor } = given;
  if (typeof factor !== 'number' || !(factor > 1) || !Number.isFinite(factor)) {
    issues.push({ path: `${path}.factor`, expected: 'a number above 1', got: show(factor) });
  }
  if (given['step'] !== undefined) issues.push({ path, expected: 'step or factor', got: 'both' });
  if (from <= 0) issues.push({ path: `${path}.from`, expected: 'above 0, to be multiplied', got: show(given['from']) });
  if (issues.length > 0) return issues;
  const length = Math.floor(Math.log(to / from) / Math.log(factor as number) + TOLERANCE) + 1;
  return { length, at: (i) => tidy(from * (factor as number) ** i) };
}

function tidy(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(DIGITS));
}
