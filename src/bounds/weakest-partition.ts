import type { LinkGraph } from '../topology/link-graph.js';
import { type Amount, amountsUpTo } from './amount.js';
import { sum } from './capacities.js';
import { Components } from './components.js';
import { npusNear } from './cut-network.js';
import { type Fraction, fraction } from './fraction.js';
import { FlowNetwork } from './max-flow.js';
import { report, type Watch } from './progress.js';

/** A partition of the NPUs, and the sum of the least capacities that leave the parts. */
export interface Partition {
  readonly parts: readonly (readonly number[])[];
  readonly leaving: bigint;
}

/**
 * The partition of the NPUs into p parts with the least capacity that leaves parts over (p - 1). By Dinkelbach's
 * steps: starting from single NPUs, the partition that falls shortest of the present ratio gives the next.
 */
export function weakestPartition(
  graph: LinkGraph,
  capacities: readonly bigint[],
  watch: Watch = {},
): { readonly ratio: Fraction; readonly parts: readonly (readonly number[])[] } {
  let parts: readonly (readonly number[])[] = Array.from({ length: graph.npus }, (_, npu) => [npu]);
  // More than any partition can have: all links leave a part, and there are two parts.
  let ratio = fraction(sum(capacities) + 1n, 1n);
  for (;;) {
    const weaker = partitionBelow(graph, capacities, ratio, watch);
    if (weaker === undefined) return { ratio, parts };
    parts = weaker.parts;
    ratio = fraction(weaker.leaving, BigInt(parts.length - 1));
  }
}

/**
 * A partition with less capacity that leaves its parts than ratio (p - 1), of those the one that falls shortest; undefined if
 * there is none.
 *
 * The least capacity that leaves a set of NPUs, with whatever switches, is a submodular function of the set. So the
 * greedy algorithm for its truncation by the ratio finds the least sum over partitions (Lovasz 1983, Barahona 1992): NPU by
 * NPU the largest potential that no set of the NPUs so far forbids, which takes one minimum cut. Sets that just
 * allow it are tight; tight sets that meet are one part.
 */
export function partitionBelow(
  graph: LinkGraph,
  capacities: readonly bigint[],
  ratio: Fraction,
  watch: Watch = {},
): Partition | undefined {
  const { npus, devices, links } = graph;
  // Below, capacities are multiplied with the ratio's denominator. No potential exceeds what leaves one NPU.
  const most = BigInt(npus + 1) * sum(capacities) * ratio.denominator + ratio.numerator;
  const amount = amountsUpTo(4n * most);
  const zero = amount(0);
  const unlimited = amount(most);
  // The sink's side of a cut is the set; links are reversed, so that those which leave it count.
  const network = new FlowNetwork(devices + 2, zero);
  const [outside, inside] = [devices, devices + 1];
  links.forEach(({ from, to }, link) => {
    network.addLink(to, from, amount((capacities[link] as bigint) * ratio.denominator));
  });
  const npuNumbers = Array.from({ length: npus }, (_, npu) => npu);
  // What it costs to have an NPU in the set, and not to have it: at first none may be in it.
  const costArcs = npuNumbers.map((npu) => network.addLink(outside, npu, unlimited));
  const lossArcs = npuNumbers.map((npu) => network.addLink(npu, inside, zero));
  const potentials: Amount[] = new Array(npus).fill(zero);
  const components = new Components(npus);
  let losses = zero;
  npusNear(graph, 0).forEach((npu, done) => {
    report(watch, done, npus);
    network.setCapacity(costArcs[npu] as number, zero);
    network.setCapacity(lossArcs[npu] as number, unlimited);
    const cut = network.maxFlow(outside, inside, unlimited);
    for (const other of npuNumbers) {
      if (!network.isOnSourceSide(other)) components.join(npu, other);
    }
    const potential = cut - losses - amount(ratio.numerator);
    potentials[npu] = potential;
    network.reset();
    network.setCapacity(costArcs[npu] as number, potential < zero ? zero - potential : zero);
    network.setCapacity(lossArcs[npu] as number, potential > zero ? potential : zero);
    if (potential > zero) losses += potential;
  });
  const parts = components.list(npuNumbers);
  // Tight: the potentials of a part sum to what leaves it, less the ratio.
  const excess = potentials.reduce((total, potential) => total + BigInt(potential), 0n);
  const leaving = (excess + ratio.numerator * BigInt(parts.length)) / ratio.denominator;
  const fallsShort = leaving * ratio.denominator < ratio.numerator * BigInt(parts.length - 1);
  return fallsShort ? { parts, leaving } : undefined;
}
