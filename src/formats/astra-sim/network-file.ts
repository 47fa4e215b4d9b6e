import { ConfigError, type Issue, show } from '../../base/errors.js';
import { didYouMean } from '../../base/validate.js';
import type { Warning } from '../../base/warnings.js';
import type { DimensionSpec } from '../../spec/spec.js';
import { ignoredKeys } from './keys.js';
import { TOPOLOGY_NAMES } from './names.js';

const KEYS = ['topology', 'npus_count', 'bandwidth', 'latency'] as const;

/** Files of other simulators that users may confuse with a network file, by a key that only they have. */
const FOREIGN: Readonly<Record<string, string>> = {
  'logical-dims': "an ns-3 logical topology, which the analytical network can't run",
  'physical-topology': "an ns-3 configuration, which the analytical network can't run",
  'dimensions-count': 'a network file of the 1.0 series, which has other keys',
  'topologies-per-dim': 'a network file of the 1.0 series, which has other keys',
  'topology-name': 'a network file of the 1.0 series, which has other keys',
};

/**
 * Reads the reference's parsed network file: one entry per dimension; a single value counts as a list of one.
 * @param path - the file's name in issues.
 * @throws ConfigError that lists all problems.
 */
export function readNetworkFile(
  file: unknown,
  path: string,
): { readonly topology: readonly DimensionSpec[]; readonly warnings: readonly Warning[] } {
  if (typeof file !== 'object' || file === null || Array.isArray(file)) {
    throw new ConfigError([{ path, expected: `an object with ${KEYS.join(', ')}`, got: show(file) }]);
  }
  const foreign = Object.keys(file).find((key) => Object.hasOwn(FOREIGN, key));
  if (foreign !== undefined) {
    const expected = `a network file with ${KEYS.join(', ')}`;
    throw new ConfigError([{ path, expected, got: `${FOREIGN[foreign]} (key "${foreign}")` }]);
  }
  const issues: Issue[] = [];
  const at = (key: string) => (path === '' ? key : `${path}.${key}`);
  const lists = Object.fromEntries(KEYS.map((key) => [key, listOf((file as Record<string, unknown>)[key])]));
  const { topology: kinds, npus_count: counts, bandwidth: bandwidths, latency: latencies } = lists;
  const each = (
    key: string,
    values: readonly unknown[] | undefined,
    expected: string,
    fits: (one: unknown) => boolean,
  ) => {
    if (values === undefined) issues.push({ path: at(key), expected, got: 'nothing' });
    values?.forEach((one, d) => {
      if (!fits(one)) issues.push({ path: `${at(key)}[${d}]`, expected, got: show(one), ...hint(key, one) });
    });
  };
  each(
    'topology',
    kinds,
    `one of ${Object.keys(TOPOLOGY_NAMES).join(', ')}`,
    (one) => typeof one === 'string' && Object.hasOwn(TOPOLOGY_NAMES, one),
  );
  each('npus_count', counts, 'a whole number from 1 to 2147483647', (one) => isCount(one));
  each('bandwidth', bandwidths, 'a number above 0 (GiB/s)', (one) => isFiniteNumber(one) && one > 0);
  each('latency', latencies, 'a number of at least 0 (ns)', (one) => isFiniteNumber(one) && one >= 0);
  const dimensions = kinds?.length ?? 0;
  for (const key of KEYS) {
    const { length } = lists[key] ?? { length: dimensions };
    if (kinds === undefined || length === dimensions) continue;
    issues.push({ path: at(key), expected: `one entry per dimension (${dimensions})`, got: `a list of ${length}` });
  }
  if (kinds?.length === 0) issues.push({ path: at('topology'), expected: 'at least one dimension', got: 'none' });
  if (issues.length > 0) throw new ConfigError(issues);
  return {
    topology: (kinds as readonly string[]).map((kind, d) => ({
      kind: TOPOLOGY_NAMES[kind] as DimensionSpec['kind'],
      npus: counts?.[d] as number,
      // "GB/s" in these files means GiB/s; this order of operations reproduces the reference's bits.
      bandwidth: ((bandwidths?.[d] as number) * 2 ** 30) / 1e9,
      latency: latencies?.[d] as number,
    })),
    warnings: ignoredKeys('network', Object.keys(file), KEYS, []),
  };
}

function listOf(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || value === null) return undefined;
  // Array.from fills holes, which forEach would skip.
  return Array.isArray(value) ? Array.from(value) : [value];
}

function hint(key: string, value: unknown) {
  return key === 'topology' ? didYouMean(value, Object.keys(TOPOLOGY_NAMES)) : {};
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) < 2 ** 31;
}
