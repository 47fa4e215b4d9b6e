import { ConfigError } from '../base/errors.js';

/** A plain number as a number; anything else stays text, for the library to parse or to refuse. */
export function numeric(text: string): number {
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
  return isNumber ? Number(text) : (text as unknown as number);
}

/** Runs `read` on options that are called like our flags; issues with them are said of the flags. */
export function inTermsOfFlags<O extends object, T>(options: O, read: (options: O) => T): T {
  try {
    return read(options);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(
      error.issues.map((issue) => {
        if (!Object.hasOwn(options, issue.path)) return issue;
        return { ...issue, path: `--${issue.path.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}` };
      }),
    );
  }
}
