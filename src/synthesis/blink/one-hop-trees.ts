import { ConfigError } from '../../base/errors.js';
import { capacitiesOf } from '../../bounds/capacities.js';
import { fraction, over } from '../../bounds/fraction.js';
import type { LinkGraph } from '../../topology/link-graph.js';
import type { Forest, Tree } from '../forestcoll/forest.js';

/**
 * For machines whose NPUs all reach each other without passing a third, over links or switches: one tree per NPU
 * that goes straight to all others (Blink, arXiv 1910.04940, section 3.4, for the DGX-2). Of several ways the one with
 * the fewest links is taken, then the one over the lowest device numbers.
 *
 * Each root has one unit; nsPerUnitByte is that of the busiest link. Throws a ConfigError when a pair is not
 * connected like that.
 */
export function buildOneHopTrees(graph: LinkGraph): Forest {
  const { of: capacities, unit } = capacitiesOf(graph);
  const outgoing: number[][] = Array.from({ length: graph.devices }, () => []);
  graph.links.forEach(({ from }, link) => {
    outgoing[from]?.push(link);
  });
  const trees = Array.from({ length: graph.npus }, (_, root) => starFrom(graph, outgoing, root));
  const use: number[] = new Array(graph.links.length).fill(0);
  for (const { edges } of trees) {
    for (const { path } of edges) for (const link of path) use[link] = (use[link] as number) + 1;
  }
  let busiest = fraction(0n, 1n);
  use.forEach((units, link) => {
    const load = fraction(BigInt(units), capacities[link] as bigint);
    if (load.numerator * busiest.denominator > busiest.numerator * load.denominator) busiest = load;
  });
  return { demands: trees.map(() => 1), shares: use, nsPerUnitByte: over(busiest, unit), trees };
}

/** Breadth first through switches; NPUs are ends. */
function starFrom({ npus, devices, links }: LinkGraph, outgoing: readonly (readonly number[])[], root: number): Tree {
  const ways: (readonly number[] | undefined)[] = new Array(devices).fill(undefined);
  ways[root] = [];
  const queue = [root];
  for (const device of queue) {
    const next = [...(outgoing[device] ?? [])].sort((a, b) => (links[a]?.to ?? 0) - (links[b]?.to ?? 0));
    for (const link of next) {
      const to = (links[link] as { to: number }).to;
      if (ways[to] !== undefined) continue;
      ways[to] = [...(ways[device] as readonly number[]), link];
      if (to >= npus) queue.push(to);
    }
  }
  const others = Array.from({ length: npus }, (_, npu) => npu).filter((npu) => npu !== root);
  const edges = others.map((to) => {
    const path = ways[to];
    if (path === undefined) {
      const expected = `a way from NPU ${root} to NPU ${to} past no other NPU`;
      throw new ConfigError([{ path: 'links', expected, got: 'none' }]);
    }
    return { from: root, to, path };
  });
  return { root, weight: 1, edges };
}
