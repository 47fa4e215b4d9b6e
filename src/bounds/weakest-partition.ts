import { type Amount, amountsUpTo } from './amount.js';
import { sum } from './capacities.js';
import { Components } from './components.js';
import type { Fraction } from './fraction.js';
import { FlowNetwork } from './max-flow.js';
import { report, type Watch } from './progress.js';

/** A cable: both directions between two NPUs, of which a tree uses both. */
export interface Cable {
  readonly a: number;
  readonly b: number;
  readonly capacity: bigint;
}

/** Disjoint sets of NPUs, all of them together, and the capacity between these. */
export interface Partition {
  readonly parts: readonly (readonly number[])[];
  readonly between: bigint;
}

/**
 * A partition with less capacity between its parts than ratio (parts - 1), of those the one that falls shortest;
 * undefined if there is none. `order` lists all NPUs.
 */
export function partitionBelow(
  order: readonly number[],
  cables: readonly Cable[],
  ratio: Fraction,
  watch: Watch = {},
): Partition | undefined {
  const parts = weakestParts(order, cables, ratio, watch);
  const partOf: number[] = [];
  parts.forEach((part, i) => {
    for (const npu of part) partOf[npu] = i;
  });
  const between = sum(cables.filter(({ a, b }) => partOf[a] !== partOf[b]).map(({ capacity }) => capacity));
  const fallsShort = between * ratio.denominator < ratio.numerator * BigInt(parts.length - 1);
  return fallsShort ? { parts, between } : undefined;
}

/**
 * The partition of the NPUs with the least (capacity between its parts) - ratio (parts - 1).
 *
 * The capacity inside a set plus the ratio, negated, is submodular on sets that meet, so the greedy algorithm for
 * its truncation finds the least sum over partitions (Lovasz 1983, Barahona 1992): NPU by NPU the
 * largest potential that no set of the NPUs so far forbids, which takes one minimum cut. Sets that just
 * allow it are tight; tight sets that meet are one part.
 *
 * Below, capacities are multiplied with the ratio's denominator, and potentials have their sign turned.
 */
function weakestParts(order: readonly number[], cables: readonly Cable[], ratio: Fraction, watch: Watch): number[][] {
  const npus = order.length;
  // The largest number below is the limit of a flow: all cables and all potentials.
  const total = sum(cables.map(({ capacity }) => capacity)) * ratio.denominator;
  const amount = amountsUpTo(8n * BigInt(npus) * (total + ratio.numerator));
  const zero = amount(0);
  const one = amount(ratio.numerator);
  const network = new FlowNetwork(npus + 2, zero);
  const [outside, inside] = [npus, npus + 1];
  const neighbours: { npu: number; capacity: Amount }[][] = order.map(() => []);
  let unlimited = one;
  for (const { a, b, capacity } of cables) {
    const scaled = amount(capacity * ratio.denominator);
    neighbours[a]?.push({ npu: b, capacity: scaled });
    neighbours[b]?.push({ npu: a, capacity: scaled });
    unlimited += scaled;
  }
  unlimited *= amount(2 * npus);

  const isIn = new Uint8Array(npus);
  /** Per NPU: arcs of what it costs to take it along, and of what that gains; twice its potential; its degree. */
  const costArcs: number[] = [];
  const gainArcs: number[] = [];
  for (let npu = 0; npu < npus; npu++) {
    costArcs.push(network.addLink(outside, npu, zero));
    gainArcs.push(network.addLink(npu, inside, zero));
  }
  const potentials: Amount[] = new Array(npus).fill(zero);
  const degrees: Amount[] = new Array(npus).fill(zero);
  let gains = zero;
  const parts = new Components(npus);

  order.forEach((npu, done) => {
    report(watch, done, npus);
    network.reset();
    for (const { npu: other, capacity } of neighbours[npu] ?? []) {
      if (isIn[other] === 0) continue;
      network.addLink(npu, other, capacity);
      network.addLink(other, npu, capacity);
      degrees[npu] = (degrees[npu] as Amount) + capacity;
      setDegree(other, (degrees[other] as Amount) + capacity);
    }
    isIn[npu] = 1;
    network.setCapacity(gainArcs[npu] as number, unlimited);
    const cut = network.maxFlow(outside, inside, unlimited);
    for (const other of order.slice(0, done)) {
      if (!network.isOnSourceSide(other)) parts.join(npu, other);
    }
    network.reset();
    network.setCapacity(gainArcs[npu] as number, zero);
    // The cut is twice what the best set costs, but for what is the same for all sets.
    potentials[npu] = one + one + (degrees[npu] as Amount) + gains - cut;
    setDegree(npu, degrees[npu] as Amount);
  });
  return parts.list(order);

  /** An NPU in the set costs its potential and gains half its degree; the cables cut cost the other half. */
  function setDegree(npu: number, degree: Amount): void {
    gains -= network.capacity(gainArcs[npu] as number);
    degrees[npu] = degree;
    const cost = (potentials[npu] as Amount) - degree;
    const isCost = cost > zero;
    network.setCapacity(costArcs[npu] as number, isCost ? cost : zero);
    network.setCapacity(gainArcs[npu] as number, isCost ? zero : zero - cost);
    gains += network.capacity(gainArcs[npu] as number);
  }
}
