import { ConfigError } from '../base/errors.js';
import type { LinkGraph } from '../topology/link-graph.js';
import { reverseGraph } from '../topology/reverse-graph.js';
import { type Amount, amountsUpTo } from './amount.js';
import { capacitiesOf, sum } from './capacities.js';
import { CutNetwork, npusNear } from './cut-network.js';
import { type Fraction, fraction, times } from './fraction.js';
import { report, type Watch } from './progress.js';

/** A bandwidth that no schedule can exceed, in bytes per ns, and the devices on one side of the cut that sets it. */
export interface CutBound extends Fraction {
  readonly side: readonly number[];
}

/**
 * The least bandwidth that leaves a set of devices that separates two NPUs: any all-reduce of M bytes
 * takes at least M divided by it, because everything must leave every such set once.
 * Throws a ConfigError if the graph has fewer than two NPUs or two of them are not connected.
 */
export function allReduceCut(graph: LinkGraph, watch: Watch = {}): CutBound {
  const { of: capacities, unit } = capacitiesOf(graph);
  const leaving = leastCutFrom(graph, 0, capacities, watch);
  const entering = isBalanced(graph, capacities) ? leaving : leastCutFrom(reverseGraph(graph), 0, capacities, watch);
  if (leaving.cut <= entering.cut) return { ...times(fraction(leaving.cut, 1n), unit), side: leaving.side };
  const others = new Set(entering.side);
  const side = Array.from({ length: graph.devices }, (_, device) => device).filter((device) => !others.has(device));
  return { ...times(fraction(entering.cut, 1n), unit), side };
}

/**
 * The rate at which an NPU can broadcast, in bytes per ns: the least of its maximum flows to the others
 * (Edmonds 1973). Trees reach it on every network without switches, and on those whose devices
 * can all send as much as they receive. Throws a ConfigError like {@link allReduceCut}, and for an unknown root.
 */
export function broadcastRate(graph: LinkGraph, root: number, watch: Watch = {}): CutBound {
  const { of: capacities, unit } = capacitiesOf(graph);
  checkRoot(graph, root);
  const { cut, side } = leastCutFrom(graph, root, capacities, watch);
  return { ...times(fraction(cut, 1n), unit), side };
}

export function checkRoot({ npus }: LinkGraph, root: number): void {
  if (Number.isInteger(root) && root >= 0 && root < npus) return;
  throw new ConfigError([{ path: 'root', expected: `an NPU from 0 to ${npus - 1}`, got: String(root) }]);
}

/** The least capacity that leaves a set with `root` but without some NPU, for links of integer capacities. */
export function leastCutFrom(
  graph: LinkGraph,
  root: number,
  capacities: readonly bigint[],
  watch: Watch = {},
): { readonly cut: bigint; readonly side: readonly number[] } {
  const total = sum(capacities);
  const amount = amountsUpTo(total + 1n);
  const network = new CutNetwork(graph, amount);
  network.setLinks(capacities.map(amount), amount(1));
  let least: Amount = amount(total + 1n);
  network.merge(root, least);
  let side: number[] = [];
  let done = 0;
  for (const npu of npusNear(graph, root)) {
    report(watch, done++, graph.npus);
    if (npu === root) continue;
    const flow = network.flowTo(npu, least);
    if (flow < least) {
      least = flow;
      side = network.sourceSide();
    }
    network.merge(npu, least);
  }
  return { cut: BigInt(least), side };
}

/** Whether every device can send as much as it can receive: then equal capacities leave and enter any set. */
export function isBalanced({ devices, links }: LinkGraph, capacities: readonly bigint[]): boolean {
  const surplus: bigint[] = new Array(devices).fill(0n);
  links.forEach(({ from, to }, link) => {
    const capacity = capacities[link] as bigint;
    surplus[from] = (surplus[from] as bigint) - capacity;
    surplus[to] = (surplus[to] as bigint) + capacity;
  });
  return surplus.every((value) => value === 0n);
}
