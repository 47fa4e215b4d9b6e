import { ConfigError, type Issue, show } from '../../base/errors.js';
import { didYouMean } from '../../base/validate.js';
import type { TuneSection } from '../definition.js';
import { compileExpression, type Formula } from '../expression/expression.js';
import type { NameTable } from '../expression/names.js';

/** A `tune` section with all defaults. */
export interface TuneSettings {
  /** The objective as written. */
  readonly minimise: string;
  /** Over the slots of a point, followed by {@link MEASURES}. */
  readonly objective: Formula;
  readonly prices: readonly number[];
  readonly budget: number;
  readonly exhaustiveUpTo: number;
  readonly seed: string;
  /** Whether to keep points that are faster than their wires. */
  readonly unphysical: boolean;
}

/** What an objective can use besides axes and `let` values, in the order of its slots. */
export const MEASURES = [
  'time_ns',
  'cost',
  'busbw_GBps',
  'algbw_GBps',
  'utilisation',
  'total_npus',
  'ranks',
  'chunks',
] as const;

const KEYS = ['minimise', 'price', 'budget', 'exhaustiveUpTo', 'seed', 'unphysical'];

/**
 * Reads a `tune` section.
 * @param table - the names of the sweep; gains the measures.
 * @param slots - number of slots of the axes.
 */
export function readTuneSection(section: unknown, table: NameTable, slots: number): TuneSettings {
  if (typeof section !== 'object' || section === null || Array.isArray(section)) {
    throw new ConfigError([
      { path: 'tune', expected: `a mapping with the keys ${KEYS.join(', ')}`, got: show(section) },
    ]);
  }
  const {
    minimise = 'time_ns',
    price = 1,
    budget = 2000,
    exhaustiveUpTo = 20_000,
    seed = 'tune',
    unphysical = false,
  } = section as TuneSection;
  const issues: Issue[] = Object.keys(section)
    .filter((key) => !KEYS.includes(key))
    .map((key) => {
      return {
        path: `tune.${key}`,
        expected: `one of the keys ${KEYS.join(', ')}`,
        got: 'an unknown key',
        ...didYouMean(key, KEYS),
      };
    });
  const prices: readonly unknown[] = Array.isArray(price) ? price : [price];
  if (
    prices.length === 0 ||
    !prices.every((one) => typeof one === 'number' && one >= 0 && one < Number.POSITIVE_INFINITY)
  ) {
    issues.push({ path: 'tune.price', expected: 'a price of at least 0, or one per dimension', got: show(price) });
  }
  for (const [key, value] of Object.entries({ budget, exhaustiveUpTo })) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    issues.push({ path: `tune.${key}`, expected: 'a whole number of points, at least 1', got: show(value) });
  }
  if (typeof seed !== 'string' && typeof seed !== 'number') {
    issues.push({ path: 'tune.seed', expected: 'text', got: show(seed) });
  }
  if (typeof unphysical !== 'boolean') {
    issues.push({ path: 'tune.unphysical', expected: 'true or false', got: show(unphysical) });
  }
  if (typeof minimise !== 'string') {
    issues.push({ path: 'tune.minimise', expected: 'an expression such as cost * time_ns', got: show(minimise) });
  }
  if (issues.length > 0) throw new ConfigError(issues);
  for (const [i, name] of MEASURES.entries()) table.addSlot(name, slots + i);
  const objective = compileExpression(minimise, 'tune.minimise', table);
  return { minimise, objective, prices: prices as number[], budget, exhaustiveUpTo, seed: String(seed), unphysical };
}
