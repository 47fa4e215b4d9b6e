import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ConfigError, show } from '../../base/errors.js';
import type { SweepDefinition } from '../../sweep/definition.js';

/**
 * Reads a sweep file (YAML, so JSON too). What it holds is checked when it is compiled.
 * @throws ConfigError when it cannot be read or parsed.
 */
export function readSweepFile(file: string): SweepDefinition {
  const refuse = (expected: string, error: unknown): never => {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new ConfigError([{ path: file, expected, got: show(file), hint: reason }]);
  };
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    refuse('a file that can be read', error);
  }
  try {
    // Through JSON: aliases become copies, and nothing is left that cannot be handed to a worker.
    return JSON.parse(JSON.stringify(parse(text, { logLevel: 'error' }) ?? null));
  } catch (error) {
    return refuse('a sweep in YAML', error);
  }
}
