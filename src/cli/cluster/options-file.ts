import { ConfigError, show } from '../../base/errors.js';
import type { Warning } from '../../base/warnings.js';
import { readConfigFile } from '../config-file.js';
import { costsOf } from '../costs-file.js';
import type { Io } from '../io.js';

/** Options that only a program can give. */
const IN_CODE = ['onProgress', 'signal'];

/** Unchecked options of a file, by name. Checked where they are used. */
export type Options = Readonly<Record<string, unknown>>;

/**
 * Reads a YAML or JSON file of options; `-` is standard input.
 * @throws ConfigError if it cannot be read or contains something else.
 */
export function readOptionsFile(file: string): { readonly options: Options; readonly warnings: readonly Warning[] } {
  const { value, warnings } = readConfigFile(file, 'FILE');
  if (isTable(value)) {
    const code = IN_CODE.filter((key) => Object.hasOwn(value, key));
    if (code.length === 0) return { options: value, warnings };
    throw new ConfigError(
      code.map((key) => ({
        path: `${nameOf(file)}: ${key}`,
        expected: 'no key that only code can set',
        got: show(key),
      })),
    );
  }
  throw new ConfigError([{ path: nameOf(file), expected: 'options by name', got: show(value) }]);
}

/**
 * Options whose machine has the costs of a file; as they are without one.
 * @throws ConfigError for a file that is no calibration, and where there is no machine that could have costs.
 */
export async function withCosts(options: Options, file: string | undefined): Promise<Options> {
  const { costs } = await costsOf(file);
  if (costs === undefined) return options;
  const { machine } = options;
  if (isTable(machine)) return { ...options, machine: { ...machine, costs } };
  throw new ConfigError([
    { path: '--costs', expected: 'a machine in the file, whose numbers it stands for', got: 'none' },
  ]);
}

export function isTable(value: unknown): value is Options {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Runs a function and puts its issues in terms of the file. */
export function inFile<T>(file: string, run: () => T): T {
  return withPaths(run, (path) => (path === '' ? nameOf(file) : `${nameOf(file)}: ${path}`));
}

/** Runs a function and renames the paths of its issues. */
export function withPaths<T>(run: () => T, rename: (path: string) => string): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(error.issues.map((issue) => ({ ...issue, path: rename(issue.path) })));
  }
}

/** Options without the named ones. */
export function without(options: Options, names: readonly string[]): Options {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !names.includes(name)));
}

export function printWarnings(warnings: readonly Warning[], io: Io): void {
  for (const { message } of warnings) io.err(`# warning: ${message}\n`);
}

function nameOf(file: string): string {
  return file === '-' ? 'standard input' : file;
}
