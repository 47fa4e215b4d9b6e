import { ConfigError } from '../../src/base/errors.js';

/** The paths of what a ConfigError says is wrong; none when nothing is. */
export function pathsOf(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.issues.map(({ path }) => path);
    throw error;
  }
  return [];
}
