import { expect } from 'vitest';
import { ConfigError, type Issue } from '../../../src/base/errors.js';

/** What a call finds wrong with its input. */
export function issuesOf(call: () => unknown): readonly Issue[] {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).issues;
  }
  return [];
}

export function pathsOf(call: () => unknown): string[] {
  return issuesOf(call).map(({ path }) => path);
}
