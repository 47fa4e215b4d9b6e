import type * as v from 'valibot';
import { ConfigError, show } from '../../base/errors.js';
import { didYouMean, parse } from '../../base/validate.js';
import type { Warning } from '../../base/warnings.js';

/** Warns about every key that nothing reads: known to be dead, or unknown. */
export function ignoredKeys(
  file: string,
  given: readonly string[],
  known: readonly string[],
  dead: readonly string[],
): Warning[] {
  return given
    .filter((key) => !known.includes(key))
    .map((key): Warning => {
      const data = { file, key };
      if (dead.includes(key)) {
        const message = `${file} key "${key}" is read by nothing in the analytical backends`;
        return { code: 'dead-key', message, data };
      }
      const { hint } = didYouMean(key, known);
      const suffix = hint === undefined ? '' : ` (${hint})`;
      return { code: 'unknown-key', message: `${file} key "${key}" is unknown and changes nothing${suffix}`, data };
    });
}

/**
 * Checks a parsed file, which must be an object.
 * @param path - the file's name in issues.
 * @throws ConfigError that lists all problems.
 */
export function parseFile<S extends v.GenericSchema>(schema: S, file: unknown, path: string): v.InferOutput<S> {
  if (typeof file !== 'object' || file === null || Array.isArray(file)) {
    throw new ConfigError([{ path, expected: 'an object', got: show(file) }]);
  }
  try {
    return parse(schema, file);
  } catch (error) {
    if (!(error instanceof ConfigError) || path === '') throw error;
    throw new ConfigError(error.issues.map((issue) => ({ ...issue, path: `${path}.${issue.path}` })));
  }
}
