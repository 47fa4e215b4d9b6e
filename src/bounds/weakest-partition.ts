import type { LinkGraph } from '../topology/link-graph.js';
import { type Amount, amountsUpTo } from './amount.js';
import { sum } from './capacities.js';
import { Components } from './components.js';
import { npusNear } from './cut-network.js';
import { type Fraction, fraction } from './fraction.js';
import { FlowNetwork } from './max-flow.js';
import { report, type Watch } from './progress.js';

/** A partition of the NPUs, and the sum of the least capacities that leave its parts. */
export interface Partition {
  readonly parts: readonly (readonly number[])[];
  readonly leaving: bigint;
}

/**
 * The partition of the NPUs into p parts with the least (capacity that leaves parts) / (p - 1). Uses Dinkelbach's
 * method: starting from single NPUs, the partition furthest below the current ratio gives the next ratio.
 */
export function weakestPartition(
  graph: LinkGraph,
  capacities: readonly bigint[],
  watch: Watch = {},
): { readonly ratio: Fraction; readonly parts: readonly (readonly number[])[] } {
  let parts: readonly (readonly number[])[] = Array.from({ length: graph.npus }, (_, npu) => [npu]);
  // More than any partition can have: all links leave a part, with two parts.
  let ratio = fraction(sum(capacities) + 1n, 1n);
  for (;;) {
    const weaker = partitionBelow(graph, capacities, ratio, watch);
    if (weaker === undefined) return { ratio, parts };
    parts = weaker.parts;
    ratio = fraction(weaker.leaving, BigInt(parts.length - 1));
  }
}

/**
 * The partition whose capacity that leaves its parts is furthest below ratio (p - 1); undefined if none is
 * below.
 *
 * The least capacity that leaves a set of NPUs, with any switches added, is a submodular function of the set. So the
 * greedy algorithm for its truncation by the ratio finds the least sum over partitions (Lovasz 1983, Barahona 1992): it
 * gives each NPU the largest potential that no set of the NPUs so far forbids, which takes one minimum cut. Sets that
 * just allow it are tight; overlapping tight sets form one part.
 */
export function partitionBelow(
  graph: LinkGraph,
  capacities: readonly bigint[],
  ratio: Fraction,
  watch: Watch = {},
): Partition | undefined {
  const { npus, devices, links } = graph;
  // Capacities below are multiplied by the ratio's denominator. No potential exceeds what leaves one NPU.
  const most = BigInt(npus + 1) * sum(capacities) * ratio.denominator + ratio.numerator;
  const amount = amountsUpTo(4n * most);
  const zero = amount(0);
  const unlimited = amount(most);
  // The sink's side of a cut is the set; links are reversed so that those leaving the set count.
  const network = new FlowNetwork(devices + 2, zero);
  const [outside, inside] = [devices, devices + 1];
  links.forEach(({ from, to }, link) => {
    network.addLink(to, from, amount((capacities[link] as bigint) * ratio.denominator));
  });
  const npuNumbers = Array.from({ length: npus }, (_, npu) => npu);
  // Costs of having an NPU in the set and of not having it: at first none may be in it.
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
  // Tight: the potentials of a part sum to what leaves it, minus the ratio.
  const excess = potentials.reduce((total, potential) => total + BigInt(potential), 0n);
  const leaving = (excess + ratio.numerator * BigInt(parts.length)) / ratio.denominator;
  const fallsShort = leaving * ratio.denominator < ratio.numerator * BigInt(parts.length - 1);
  return fallsShort ? { parts, leaving } : undefined;
}
