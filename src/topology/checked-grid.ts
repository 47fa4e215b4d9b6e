import { ConfigError, show } from '../base/errors.js';
import { checkRecords, oneOf } from '../base/records.js';
import { reading } from '../base/validate.js';
import { totalNpus } from './address.js';
import type { Dimension } from './dimension.js';
import { type GridDimension, type GridNetwork, gridNetwork } from './grid-network.js';
import { type DimensionKind, KINDS, type Wiring } from './kinds.js';

/** NPU numbers have 32 bits. */
const MOST_NPUS = 2 ** 31 - 1;

/**
 * Checks dimensions, then builds their {@link gridNetwork}.
 *
 * @throws ConfigError for unknown kinds, npus that are not whole numbers of at least 1,
 * bandwidths (bytes per ns) not above 0, latencies (ns) below 0, and 2^31 NPUs or more in total.
 */
export function checkedGrid(dimensions: readonly GridDimension[]): GridNetwork;
export function checkedGrid<K extends string>(
  dimensions: readonly GridDimension<K>[],
  kinds: Readonly<Record<K, Wiring>>,
): GridNetwork;
export function checkedGrid(
  dimensions: readonly GridDimension<string>[],
  kinds: Readonly<Record<string, Wiring>> = KINDS,
): GridNetwork {
  checkRecords(dimensions, 'dimensions', {
    kind: oneOf(kindsOf(kinds)),
    npus: {
      expected: `a whole number from 1 to ${MOST_NPUS}`,
      fits: (npus) => Number.isInteger(npus) && (npus as number) >= 1 && (npus as number) <= MOST_NPUS,
    },
    bandwidth: { expected: 'bytes per ns, above 0', fits: (value) => Number.isFinite(value) && (value as number) > 0 },
    latency: { expected: 'ns, at least 0', fits: (value) => Number.isFinite(value) && (value as number) >= 0 },
  });
  const npus = totalNpus(dimensions as readonly Dimension[]);
  if (npus > MOST_NPUS) {
    throw new ConfigError([{ path: 'dimensions', expected: `at most ${MOST_NPUS} NPUs in all`, got: show(npus) }]);
  }
  return gridNetwork(dimensions as readonly GridDimension<DimensionKind>[], kinds as typeof KINDS);
}

/** Names of the kinds in a table. */
function kindsOf(kinds: unknown): string[] {
  const isTable = typeof kinds === 'object' && kinds !== null;
  const entries = isTable ? reading(() => Object.entries(kinds), 'kinds') : [];
  if (entries.length === 0 || entries.some(([, wiring]) => typeof wiring !== 'function')) {
    throw new ConfigError([
      { path: 'kinds', expected: 'how lines are wired, by the name of a kind', got: show(kinds) },
    ]);
  }
  return entries.map(([name]) => name);
}
