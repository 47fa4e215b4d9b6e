import { ConfigError } from '../../base/errors.js';
import type { SweepDefinition } from '../../sweep/definition.js';
import { checkPlainData } from '../../sweep/plain-data.js';
import { parseConfig } from '../config-file.js';
import { readInput } from '../files/read-input.js';
import { withCosts } from './costs-of-sweep.js';

/**
 * Reads a sweep file (YAML, so JSON too), with the calibrations that it names; `-` is standard input. What it holds is
 * checked when it is compiled.
 * @param costs - file of a calibration for all points.
 * @throws ConfigError when it cannot be read or parsed.
 */
export async function readSweepFile(file: string, costs?: string): Promise<SweepDefinition> {
  const text = (await readInput(file)).toString('utf8');
  const data = parseSweep(file, text);
  // Before JSON makes nulls of what is no number.
  checkPlainData(data);
  // Through JSON: aliases become copies, and nothing is left that cannot be handed to a worker.
  return withCosts(JSON.parse(JSON.stringify(data ?? null)), file, costs);
}

function parseSweep(file: string, text: string): unknown {
  const { value, warnings } = parseConfig(text, file === '-' ? 'standard input' : file);
  if (warnings.length === 0) return value;
  // Which of two axes of one name was meant is not for us to say.
  const issues = warnings.map(({ data }) => ({
    path: `${data['file']}:${data['line']}`,
    expected: 'every key once',
    got: 'a key that stands twice',
  }));
  throw new ConfigError(issues);
}
