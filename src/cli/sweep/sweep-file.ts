import { ConfigError } from '../../base/errors.js';
import type { SweepDefinition } from '../../sweep/definition.js';
import { checkPlainData } from '../../sweep/plain-data.js';
import { parseConfig } from '../config-file.js';
import { readInput } from '../files/read-input.js';
import { withCosts } from './costs-of-sweep.js';

/**
 * Reads a sweep file (YAML, so JSON too), with the calibrations that it names; `-` is standard input. The compiler
 * checks its contents.
 * @param costs - file of a calibration for all points.
 * @throws ConfigError when the file cannot be read or parsed.
 */
export async function readSweepFile(file: string, costs?: string): Promise<SweepDefinition> {
  const text = (await readInput(file)).toString('utf8');
  const data = parseSweep(file, text);
  // Before JSON turns NaN and infinities into null.
  checkPlainData(data);
  // JSON turns aliases into copies, and drops what cannot be sent to a worker.
  return withCosts(JSON.parse(JSON.stringify(data ?? null)), file, costs);
}

function parseSweep(file: string, text: string): unknown {
  const { value, warnings } = parseConfig(text, file === '-' ? 'standard input' : file);
  if (warnings.length === 0) return value;
  // We cannot know which of two axes with one name was meant.
  const issues = warnings.map(({ data }) => ({
    path: `${data['file']}:${data['line']}`,
    expected: 'every key once',
    got: 'a key that occurs twice',
  }));
  throw new ConfigError(issues);
}
