import { ConfigError, InvariantError } from '../../base/errors.js';
import { capacitiesOf } from '../../bounds/capacities.js';
import { fraction, over } from '../../bounds/fraction.js';
import type { Watch } from '../../bounds/progress.js';
import { checkRoot, leastCutFrom } from '../../bounds/separating-cut.js';
import type { LinkGraph } from '../../topology/link-graph.js';
import { buildForest, checkBalance } from '../forestcoll/build-forest.js';
import type { Forest } from '../forestcoll/forest.js';

/**
 * Trees that broadcast from one NPU at the optimal rate (Blink, arXiv 1910.04940, section 3): weights in whole units of
 * the largest bandwidth that divides all others, as many as the least of the maximum flows to the other NPUs
 * (Edmonds 1973). A broadcast of M bytes takes M * nsPerUnitByte / demands[root].
 *
 * Throws a ConfigError as the bounds do, and for switches that can receive more or less than they can send.
 */
export function buildBroadcastForest(graph: LinkGraph, root: number, watch: Watch = {}): Forest {
  const { of: capacities, unit } = capacitiesOf(graph);
  checkRoot(graph, root);
  const { cut } = leastCutFrom(graph, root, capacities, watch);
  const largest = capacities.reduce((total, capacity) => total + capacity, cut);
  if (largest > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new ConfigError([
      { path: 'links', expected: 'bandwidths in simple proportions', got: `bandwidths that need ${cut} units` },
    ]);
  }
  const demands: number[] = new Array(graph.npus).fill(0);
  demands[root] = Number(cut);
  const shares = { shares: capacities.map(Number), unitsPerBandwidth: over(fraction(1n, 1n), unit) };
  const forest = buildForest(graph, shares, demands, watch);
  if (forest !== undefined) return forest;
  checkBalance(graph);
  throw new InvariantError('a balanced graph cannot keep its flows past its switches');
}
