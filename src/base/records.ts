import { ConfigError, type Issue, show } from './errors.js';
import { reading } from './validate.js';

/** What a field of a record must be. */
export interface FieldRule {
  readonly expected: string;
  readonly fits: (value: unknown) => boolean;
}

/** Most issues before checking a list stops. */
const MOST_ISSUES = 20;

export const WHOLE: FieldRule = {
  expected: 'a whole number of at least 0, below 2^53',
  fits: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
};

export const TEXT: FieldRule = { expected: 'text', fits: (value) => typeof value === 'string' };

export function oneOf(names: readonly string[]): FieldRule {
  return { expected: `one of ${names.join(', ')}`, fits: (value) => names.includes(value as string) };
}

/** Checks holes too: Array.from fills them, while `every` alone would skip them. */
export function listOf({ expected, fits }: FieldRule): FieldRule {
  return {
    expected: `a list, each ${expected}`,
    fits: (value) => Array.isArray(value) && Array.from(value).every(fits),
  };
}

/**
 * Checks a list of possibly millions of records, for which a schema is too slow. Ignores fields
 * without a rule.
 * @throws ConfigError with the first issues.
 */
export function checkRecords(list: unknown, path: string, rules: Readonly<Record<string, FieldRule>>): void {
  if (!Array.isArray(list)) throw new ConfigError([{ path, expected: 'a list', got: show(list) }]);
  const issues: Issue[] = [];
  const fields = Object.entries(rules);
  reading(() => {
    for (let i = 0; i < list.length && issues.length < MOST_ISSUES; i++) {
      const record: unknown = list[i];
      if (typeof record !== 'object' || record === null) {
        issues.push({
          path: `${path}[${i}]`,
          expected: `an object with ${Object.keys(rules).join(', ')}`,
          got: show(record),
        });
        continue;
      }
      for (const [field, { expected, fits }] of fields) {
        const value: unknown = (record as Record<string, unknown>)[field];
        if (!fits(value)) issues.push({ path: `${path}[${i}].${field}`, expected, got: show(value) });
      }
    }
  }, path);
  if (issues.length > 0) throw new ConfigError(issues);
}
