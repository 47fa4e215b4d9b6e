import type { LinkGraph } from '../topology/link-graph.js';
import { reverseGraph } from '../topology/reverse-graph.js';
import { type Amount, amountsUpTo } from './amount.js';
import { capacitiesOf, sum } from './capacities.js';
import { CutNetwork, npusNear } from './cut-network.js';
import { type Fraction, fraction, over } from './fraction.js';
import { report, type Watch } from './progress.js';

/** The bottleneck of an all-gather or a reduce-scatter. */
export interface GatherBound extends Fraction {
  /** Devices of a set S whose NPUs have the most to send to the others relative to the bandwidth that leaves it. */
  readonly tightSet: readonly number[];
}

/**
 * 1/x* of a network, in ns per byte, exact: an all-gather of M bytes in total over N NPUs takes at
 * least M/N times that. It is the maximum of |S with C| / B(S) over the sets S of devices that do not
 * contain all the NPUs C, where B(S) is the bandwidth of the links that leave S (ForestColl, arXiv
 * 2402.06787, theorem 1).
 *
 * Throws a ConfigError if the graph has fewer than two NPUs or two of them are not connected.
 */
export function gatherBound(graph: LinkGraph, watch: Watch = {}): GatherBound {
  const { of: capacities, unit } = capacitiesOf(graph);
  const { ratio, tightSet } = tightestCut(graph, capacities, watch);
  return { ...over(ratio, unit), tightSet };
}

/** The same for a reduce-scatter of M bytes: an all-gather on the reversed network. */
export function reduceScatterBound(graph: LinkGraph, watch: Watch = {}): GatherBound {
  return gatherBound(reverseGraph(graph), watch);
}

/**
 * The largest |S with C| / B(S), for links of integer capacities.
 *
 * A ratio p/q is at least as large as all others exactly if, with q from the source to every NPU and p
 * times its capacity on every link, each NPU can receive N q. An NPU that cannot reveals a cut with
 * a larger ratio, which replaces p/q. An NPU that can receive N q still can when p/q
 * grows, so one pass over the NPUs is enough.
 */
export function tightestCut(
  graph: LinkGraph,
  capacities: readonly bigint[],
  watch: Watch = {},
): { readonly ratio: Fraction; readonly tightSet: readonly number[] } {
  const { npus, links } = graph;
  const amount = amountsUpTo(BigInt(npus) * sum(capacities));
  const linkAmounts = capacities.map(amount);
  const network = new CutNetwork(graph, amount);

  let tightSet = allButTightest(graph, linkAmounts, amount(0));
  let ratio = ratioOf(tightSet);
  let needed = amount(0);
  const merged: number[] = [];
  const spread = () => {
    const supply = amount(ratio.denominator);
    needed = amount(npus) * supply;
    network.setLinks(linkAmounts, amount(ratio.numerator));
    for (let npu = 0; npu < npus; npu++) network.setSupply(npu, supply);
    for (const npu of merged) network.merge(npu, needed);
  };
  spread();
  for (const npu of npusNear(graph, 0)) {
    report(watch, merged.length, npus);
    while (network.flowTo(npu, needed) < needed) {
      tightSet = network.sourceSide();
      ratio = ratioOf(tightSet);
      spread();
    }
    network.merge(npu, needed);
    merged.push(npu);
  }
  return { ratio, tightSet };

  function ratioOf(set: readonly number[]): Fraction {
    const inside = new Uint8Array(graph.devices);
    for (const device of set) inside[device] = 1;
    let leaving = 0n;
    links.forEach(({ from, to }, link) => {
      if (inside[from] === 1 && inside[to] === 0) leaving += capacities[link] as bigint;
    });
    return fraction(BigInt(set.filter((device) => device < npus).length), leaving);
  }
}

/** All devices but the NPU that can receive least. */
function allButTightest({ npus, devices, links }: LinkGraph, capacities: readonly Amount[], zero: Amount): number[] {
  const ingress: Amount[] = new Array(npus).fill(zero);
  links.forEach(({ to }, link) => {
    if (to < npus) ingress[to] = (ingress[to] as Amount) + (capacities[link] as Amount);
  });
  let tightest = 0;
  for (let npu = 1; npu < npus; npu++) {
    if ((ingress[npu] as Amount) < (ingress[tightest] as Amount)) tightest = npu;
  }
  return Array.from({ length: devices }, (_, device) => device).filter((device) => device !== tightest);
}
