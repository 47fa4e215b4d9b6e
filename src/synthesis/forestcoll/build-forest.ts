import { ConfigError, InvariantError } from '../../base/errors.js';
import { capacitiesOf, sum } from '../../bounds/capacities.js';
import { fraction, times, toNumber } from '../../bounds/fraction.js';
import { part, report } from '../../bounds/progress.js';
import type { LinkGraph } from '../../topology/link-graph.js';
import { checkForest } from './check-forest.js';
import { expandTrees } from './expand-trees.js';
import type { Forest } from './forest.js';
import { nextShares, optimalShares, type Shares, sharesForK } from './shares.js';
import { removeSwitches } from './switch-removal.js';
import { type PackingOptions, packTrees } from './tree-packing.js';

export interface ForestOptions extends PackingOptions {
  /** Units from each root, at least 1. Default: the least that reach the optimal bandwidth. Few make few trees. */
  readonly k?: number;
}

/** Trees for an all-gather: k units from each NPU to all others. */
export interface GatherForest extends Forest {
  readonly k: number;
}

/**
 * The forest of an all-gather on any network (ForestColl, arXiv 2402.06787): M bytes in all over N NPUs take
 * M/N * nsPerUnitByte / k, plus the time to fill the trees. That is the optimum unless k is given; the best for this
 * k then, except where rounded shares leave a switch out of balance and the next larger have to do.
 *
 * Throws a ConfigError for graphs that have no such forest: fewer than two NPUs, a pair that is not connected, a
 * switch that can receive more or less than it can send, bandwidths that need more units than 2^53.
 */
export function buildGatherForest(graph: LinkGraph, options: ForestOptions = {}): GatherForest {
  const { k, ...packing } = options;
  let shares: Shares = k === undefined ? optimalShares(graph, options) : sharesForK(graph, k, options);
  for (;;) {
    const demands: number[] = new Array(graph.npus).fill(shares.k);
    const forest = buildForest(graph, shares, demands, packing);
    if (forest !== undefined) return { ...forest, k: shares.k };
    checkBalance(graph);
    // Shares without fractions are in balance, so this ends at the latest with them.
    report(options, 0, 1);
    shares = nextShares(graph, shares, options);
  }
}

/**
 * Trees for given shares and demands, of which each NPU must be able to receive all; `undefined` when
 * switches are out of balance and cannot be led past.
 */
export function buildForest(
  graph: LinkGraph,
  { shares, unitsPerBandwidth }: Omit<Shares, 'k'>,
  demands: readonly number[],
  options: PackingOptions = {},
): Forest | undefined {
  const connections = removeSwitches(graph, shares, demands, part(options, 0, 0.5));
  if (connections === undefined) return undefined;
  const trees = expandTrees(
    graph,
    connections,
    packTrees(connections, demands, { ...options, ...part(options, 0.5, 1) }),
  );
  const forest: Forest = { demands, shares, nsPerUnitByte: unitsPerBandwidth, trees };
  const faults = checkForest(graph, forest);
  if (faults.length > 0) throw new InvariantError(faults.join('; '));
  return forest;
}

/** Throws a ConfigError that names a switch which can receive more or less than it can send. */
export function checkBalance(graph: LinkGraph): void {
  const { of: capacities, unit } = capacitiesOf(graph);
  for (let device = graph.npus; device < graph.devices; device++) {
    const through = (end: 'from' | 'to') => sum(capacities.filter((_, link) => graph.links[link]?.[end] === device));
    const [into, out] = [through('to'), through('from')];
    if (into === out) continue;
    const [received, sent] = [into, out].map((units) => toNumber(times(fraction(units, 1n), unit)));
    const expected = `as much bandwidth into switch ${device} as out of it`;
    throw new ConfigError([{ path: 'links', expected, got: `${received} and ${sent} bytes per ns` }]);
  }
}
