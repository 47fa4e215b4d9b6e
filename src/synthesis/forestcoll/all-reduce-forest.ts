import { InvariantError } from '../../base/errors.js';
import { fraction, lcm, plus, times } from '../../bounds/fraction.js';
import { part } from '../../bounds/progress.js';
import type { LinkGraph } from '../../topology/link-graph.js';
import { reverseGraph } from '../../topology/reverse-graph.js';
import { buildGatherForest, type ForestOptions, type GatherForest } from './build-forest.js';
import { checkAllReduceForest } from './check-forest.js';
import { type AllReduceForest, type Tree, type TreePair, upwards } from './forest.js';

/**
 * The forest of an all-reduce as a reduce-scatter and an all-gather (ForestColl, arXiv 2402.06787): trees of the reversed
 * graph reduce what trees of the graph then broadcast. M bytes take 2 M/N * 1/x* and the time to fill the trees,
 * if k is not given. Throws what {@link buildGatherForest} throws.
 */
export function buildAllReduceForest(graph: LinkGraph, options: ForestOptions = {}): AllReduceForest {
  const down = buildGatherForest(graph, { ...options, ...part(options, 0, 0.5) });
  const opposite = oppositeLinks(graph);
  const up =
    opposite === undefined
      ? buildGatherForest(reverseGraph(graph), { ...options, ...part(options, 0.5, 1) })
      : { ...down, trees: down.trees.map((tree) => turned(tree, opposite)) };
  // Where the graph and its reverse have another k, units are divided until they are the same.
  const units = lcm(BigInt(up.k), BigInt(down.k));
  const [finerUp, finerDown] = [finer(up, units), finer(down, units)];
  const forest: AllReduceForest = {
    shares: finerUp.shares.map((share, link) => share + (finerDown.shares[link] as number)),
    nsPerUnitByte: plus(finerUp.nsPerUnitByte, finerDown.nsPerUnitByte),
    pairs: pairUp(finerUp, finerDown),
  };
  const faults = checkAllReduceForest(graph, forest);
  if (faults.length > 0) throw new InvariantError(faults.join('; '));
  return forest;
}

function finer(forest: GatherForest, k: bigint): GatherForest {
  const factor = Number(k / BigInt(forest.k));
  if (factor === 1) return forest;
  return {
    k: forest.k * factor,
    demands: forest.demands.map((demand) => demand * factor),
    shares: forest.shares.map((share) => share * factor),
    nsPerUnitByte: times(forest.nsPerUnitByte, fraction(BigInt(factor), 1n)),
    trees: forest.trees.map((tree) => ({ ...tree, weight: tree.weight * factor })),
  };
}

/** Per link one of the same bandwidth the other way, no two the same; undefined when one has none. */
function oppositeLinks({ links }: LinkGraph): number[] | undefined {
  const waiting = new Map<string, number[]>();
  const opposite: number[] = [];
  links.forEach(({ from, to, bandwidth }, link) => {
    const other = waiting.get(`${to} ${from} ${bandwidth}`)?.pop();
    if (other === undefined) {
      const key = `${from} ${to} ${bandwidth}`;
      waiting.set(key, [...(waiting.get(key) ?? []), link]);
      return;
    }
    opposite[link] = other;
    opposite[other] = link;
  });
  return [...waiting.values()].every((list) => list.length === 0) ? opposite : undefined;
}

/** The same tree on the reversed graph, if it is its own reverse. */
function turned({ root, weight, edges }: Tree, opposite: readonly number[]): Tree {
  const back = edges.map(({ from, to, path }) => ({ from, to, path: path.map((link) => opposite[link] as number) }));
  return { root, weight, edges: back };
}

/** Lays the units of each root side by side on both forests; where one changes its tree, a new pair begins. */
function pairUp(up: GatherForest, down: GatherForest): TreePair[] {
  const pairs: TreePair[] = [];
  for (let root = 0; root < down.demands.length; root++) {
    const [ups, downs] = [up, down].map(({ trees }) => trees.filter((tree) => tree.root === root)) as [Tree[], Tree[]];
    let [i, j] = [0, 0];
    let [left, right] = [ups[0]?.weight ?? 0, downs[0]?.weight ?? 0];
    while (i < ups.length && j < downs.length) {
      const weight = Math.min(left, right);
      pairs.push({ root, weight, up: upwards((ups[i] as Tree).edges), down: (downs[j] as Tree).edges });
      left -= weight;
      right -= weight;
      if (left === 0) left = ups[++i]?.weight ?? 0;
      if (right === 0) right = downs[++j]?.weight ?? 0;
    }
  }
  return pairs;
}
