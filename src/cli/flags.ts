import { ConfigError, type Issue, show } from '../base/errors.js';

/** Turns a plain number into a number; anything else stays text, which the library parses or refuses. */
export function numeric(text: string): number | string {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
}

/** A whole number from `least` to `most`. */
export function wholeFlag(text: string, flag: string, most: number, least = 1): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new ConfigError([{ path: flag, expected: `a whole number from ${least} to ${most}`, got: show(text) }]);
}

/** Any number. */
export function numberFlag(text: string, flag: string): number {
  const value = numeric(text);
  if (typeof value === 'number') return value;
  throw new ConfigError([{ path: flag, expected: 'a number', got: show(text) }]);
}

/** The flag of an option: `dataParallel` is `--data-parallel`. */
export function flagOf(option: string): string {
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The flag that turns an option off: `overlapGradients` has `--no-overlap-gradients`. */
export function negationOf(option: string): string {
  return `--no-${flagOf(option).slice(2)}`;
}

/**
 * Runs a function and rephrases its issues in terms of flags.
 * @param names - flags whose names differ from their options'.
 */
export function inTermsOfFlags<T>(run: () => T, names: Readonly<Record<string, string>> = {}): T {
  return renaming(run, (path) => {
    const [option = ''] = /^\w*/.exec(path) ?? [];
    return option === '' ? path : (names[option] ?? flagOf(option)) + path.slice(option.length);
  });
}

/** Runs a function and renames the paths of its issues. */
export function renaming<T>(run: () => T, rename: (path: string) => string): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(
      error.issues.map(
        ({ path, expected, got, hint }): Issue => ({
          path: rename(path),
          // Option names occur in sentences too: `dataParallel x microBatch`.
          expected: expected.replace(/\b[a-z]+(?:[A-Z][a-z]+)+\b/g, (option) =>
            rename(option) === option ? option : rename(option),
          ),
          got,
          ...(hint === undefined ? {} : { hint }),
        }),
      ),
    );
  }
}
