import { ConfigError } from '../../base/errors.js';
import { amountsUpTo } from '../../bounds/amount.js';
import { capacitiesOf, sum } from '../../bounds/capacities.js';
import { CutNetwork, npusNear } from '../../bounds/cut-network.js';
import { type Fraction, fraction, gcd, over, times } from '../../bounds/fraction.js';
import { tightestCut } from '../../bounds/gather-bound.js';
import { report, type Watch } from '../../bounds/progress.js';
import type { LinkGraph } from '../../topology/link-graph.js';
import { leastScale, nextScale, unitsAt } from './scale.js';

/** How many units each link may carry for k from every NPU to all the others, at best. */
export interface Shares {
  readonly k: number;
  /** U: a link carries this times its bandwidth, rounded down, in units per byte per ns. */
  readonly unitsPerBandwidth: Fraction;
  /** Units per link. */
  readonly shares: readonly number[];
}

/** Shares for the optimal bandwidth, with the smallest k that reaches it (ForestColl, arXiv 2402.06787, section 5). */
export function optimalShares(graph: LinkGraph, watch: Watch = {}): Shares {
  const { of: capacities, unit } = capacitiesOf(graph);
  const { ratio } = tightestCut(graph, capacities, watch);
  // The capacities have no common divisor, so nothing smaller than their unit divides q and them all.
  const divisor = capacities.reduce(gcd, ratio.denominator);
  const scale = fraction(ratio.numerator, divisor);
  return sharesOf(graph, capacities, unit, scale, ratio.denominator / divisor);
}

/**
 * Shares for a given k: the least U for which whole units suffice.
 *
 * U grows from a lower bound. An NPU that cannot receive its N k shows a cut which is too narrow; the least U
 * that widens this cut enough is another lower bound, and what held for the smaller U holds for it.
 */
export function sharesForK(graph: LinkGraph, k: number, watch: Watch = {}): Shares {
  checkK(k);
  return growShares(graph, k, undefined, watch);
}

/** The shares with the next larger U at which another unit fits through some link. */
export function nextShares(graph: LinkGraph, { k, unitsPerBandwidth }: Shares, watch: Watch = {}): Shares {
  return growShares(graph, k, unitsPerBandwidth, watch);
}

function growShares(graph: LinkGraph, k: number, above: Fraction | undefined, watch: Watch): Shares {
  const { of: capacities, unit } = capacitiesOf(graph);
  const everywhere = graph.links.map((_, link) => link);
  const needed = BigInt(graph.npus) * BigInt(k);
  // No cut needs more than all there is; link by link that is at most as much again as a share of it.
  const amount = amountsUpTo(needed * 2n + sum(capacities) * needed);
  const network = new CutNetwork(graph, amount);
  let scale = above === undefined ? fraction(0n, 1n) : nextScale(times(above, unit), capacities);
  const spread = () => {
    network.setLinks(
      capacities.map((capacity) => amount(unitsAt(scale, capacity))),
      amount(1),
    );
  };
  spread();
  for (let npu = 0; npu < graph.npus; npu++) network.setSupply(npu, amount(k));
  let done = 0;
  for (const npu of npusNear(graph, 0)) {
    report(watch, done++, graph.npus);
    while (network.flowTo(npu, amount(needed)) < amount(needed)) {
      const side = new Set(network.sourceSide());
      const crossing = everywhere.filter((link) => {
        const { from, to } = graph.links[link] as { from: number; to: number };
        return side.has(from) && !side.has(to);
      });
      const units = BigInt(k) * BigInt([...side].filter((device) => device < graph.npus).length);
      scale = leastScale(
        crossing.map((link) => capacities[link] as bigint),
        (at) => sum(crossing.map((link) => unitsAt(at, capacities[link] as bigint))),
        units,
      );
      spread();
    }
    network.merge(npu, amount(needed));
  }
  return sharesOf(graph, capacities, unit, scale, BigInt(k));
}

/** Units as numbers; throws a ConfigError where bandwidths in odd proportions need more of them than 2^53. */
function sharesOf(graph: LinkGraph, capacities: readonly bigint[], unit: Fraction, scale: Fraction, k: bigint): Shares {
  const units = capacities.map((capacity) => unitsAt(scale, capacity));
  const largest = sum(units) + k * BigInt(graph.npus);
  if (largest > BigInt(Number.MAX_SAFE_INTEGER)) {
    const expected = 'bandwidths in simple proportions, or a fixed k';
    throw new ConfigError([{ path: 'links', expected, got: `bandwidths that need k = ${k}` }]);
  }
  return { k: Number(k), unitsPerBandwidth: over(scale, unit), shares: units.map(Number) };
}

function checkK(k: number): void {
  if (Number.isSafeInteger(k) && k >= 1) return;
  throw new ConfigError([{ path: 'k', expected: 'a whole number of at least 1', got: String(k) }]);
}
