import { ConfigError, type Issue, show } from '../base/errors.js';
import { inputIssues, reading } from '../base/validate.js';

/** Deeper than any real definition. */
const MAX_DEPTH = 20;

/**
 * Refuses anything but plain data: we send a definition to workers, print it in rows and compare it.
 * @throws ConfigError
 */
export function checkPlainData(value: unknown, path = ''): void {
  const issue = reading(() => impurity(value, path, 0), path);
  if (issue !== undefined) throw new ConfigError([issue]);
  const reserved = inputIssues(value);
  if (reserved.length > 0) throw new ConfigError(reserved);
}

function impurity(value: unknown, path: string, depth: number): Issue | undefined {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? undefined : { path, expected: 'a finite number', got: show(value) };
    case 'string':
    case 'boolean':
    case 'undefined':
      return undefined;
    case 'object':
      break;
    default:
      return { path, expected: 'plain data: text, numbers, true, false, lists and mappings', got: show(value) };
  }
  if (value === null) return undefined;
  if (depth > MAX_DEPTH) return { path, expected: `at most ${MAX_DEPTH} levels`, got: 'more' };
  const prototype = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) {
    return { path, expected: 'a list or a mapping', got: show(value) };
  }
  for (const [key, part] of Object.entries(value)) {
    const issue = impurity(part, path === '' ? key : `${path}.${key}`, depth + 1);
    if (issue !== undefined) return issue;
  }
  return undefined;
}
