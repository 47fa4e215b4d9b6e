import { ConfigError } from '../base/errors.js';
import type { Calibration } from '../costs/calibrate/calibration.js';
import { readCalibration } from '../costs/calibrate/read-calibration.js';
import { readInput } from './files/read-input.js';
import { renaming } from './flags.js';

/**
 * The calibration in a file from `calibrate --out`, as a field of a spec; empty without a file.
 * @throws ConfigError that names the flag and the file's problems.
 */
export async function costsOf(file: string | undefined): Promise<{ readonly costs?: Calibration }> {
  return file === undefined ? {} : { costs: await readCosts(file, '--costs') };
}

/**
 * The calibration in a file.
 * @param from - who names the file: a flag or a field.
 * @throws ConfigError that says so, and what is wrong in the file.
 */
export async function readCosts(file: string, from: string): Promise<Calibration> {
  const text = (await readInput(file)).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ConfigError([
      { path: from, expected: 'JSON, as calibrate --out writes it', got: (error as Error).message },
    ]);
  }
  return renaming(
    () => readCalibration(value),
    (path) => `${from}${path === '' ? '' : `: ${path}`}`,
  );
}
