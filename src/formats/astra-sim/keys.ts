import { didYouMean } from '../../base/validate.js';
import type { Warning } from '../../base/warnings.js';

/** Warns of every key that nothing reads: known to be dead, or unknown. */
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
