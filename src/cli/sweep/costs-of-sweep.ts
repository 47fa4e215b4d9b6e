import { dirname, resolve } from 'node:path';
import { ConfigError, show } from '../../base/errors.js';
import type { Calibration } from '../../costs/calibrate/calibration.js';
import { NO_COSTS } from '../../sweep/base-units.js';
import type { SweepDefinition } from '../../sweep/definition.js';
import { readCosts } from '../costs-file.js';

/**
 * Reads the calibrations that a sweep names: files next to the sweep file, and that of `--costs`, for all points.
 * @throws ConfigError for a file that is not a calibration, and for the flag if the sweep has its own costs.
 */
export async function withCosts(
  definition: SweepDefinition,
  file: string,
  flag: string | undefined,
): Promise<SweepDefinition> {
  // The compiler refuses anything but a mapping.
  if (typeof definition !== 'object' || definition === null || Array.isArray(definition)) return definition;
  const said = costsIn(definition);
  if (flag !== undefined && said.length > 0) {
    throw new ConfigError([{ path: '--costs', expected: `none beside costs of ${file}`, got: show(flag) }]);
  }
  const named: unknown = definition.costs ?? {};
  if (typeof named !== 'object' || named === null || Array.isArray(named)) return definition;
  const costs: Record<string, Calibration> = { ...named };
  for (const name of new Set(said)) {
    if (typeof name !== 'string' || name === NO_COSTS || Object.hasOwn(costs, name) || name.includes('${')) continue;
    const path = file === '-' ? name : resolve(dirname(file), name);
    costs[name] = await readCosts(path, `costs ${name}`);
  }
  if (flag !== undefined) costs[flag] = await readCosts(flag, '--costs');
  if (Object.keys(costs).length === 0) return definition;
  return { ...definition, ...(flag === undefined ? {} : { base: { ...definition.base, costs: flag } }), costs };
}

/** The values of `costs` in the base, on axes and in cases. */
function costsIn({ base, axes }: SweepDefinition): unknown[] {
  const found: unknown[] = [];
  const inMapping = (mapping: unknown) => {
    if (typeof mapping === 'object' && mapping !== null && 'costs' in mapping) found.push(mapping.costs);
  };
  inMapping(base);
  if (typeof axes !== 'object' || axes === null) return found;
  for (const [key, values] of Object.entries(axes)) {
    const names = key.split(',').map((name) => name.trim());
    const position = names.indexOf('costs');
    if (Array.isArray(values)) {
      if (position < 0) continue;
      for (const value of values) found.push(names.length === 1 || !Array.isArray(value) ? value : value[position]);
    } else if (typeof values === 'object' && values !== null) {
      for (const fields of Object.values(values)) inMapping(fields);
    }
  }
  return found;
}
