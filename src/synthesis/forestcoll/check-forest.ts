import type { LinkGraph } from '../../topology/link-graph.js';
import { reverseGraph } from '../../topology/reverse-graph.js';
import { type AllReduceForest, type Forest, type Tree, upwards } from './forest.js';

/** What is wrong with a forest on a graph, a sentence each; empty when nothing is. */
export function checkForest(graph: LinkGraph, { trees, demands, shares }: Forest): string[] {
  const faults = trees.flatMap((tree, index) => treeFaults(graph, tree).map((fault) => `tree ${index}: ${fault}`));
  const weights: number[] = new Array(graph.npus).fill(0);
  for (const { root, weight } of trees) weights[root] = (weights[root] ?? 0) + weight;
  weights.forEach((weight, npu) => {
    const demand = demands[npu];
    if (weight !== demand) faults.push(`the trees of NPU ${npu} weigh ${weight}, not ${demand}`);
  });
  return [...faults, ...loadFaults(trees, shares)];
}

/** The same for the forest of an all-reduce: its upward trees are trees of the reversed graph. */
export function checkAllReduceForest(graph: LinkGraph, { pairs, shares }: AllReduceForest): string[] {
  const reversed = reverseGraph(graph);
  const faults = pairs.flatMap(({ root, weight, up, down }, index) =>
    [
      ...treeFaults(graph, { root, weight, edges: down }),
      ...treeFaults(reversed, { root, weight, edges: upwards(up) }),
    ].map((fault) => `pair ${index}: ${fault}`),
  );
  const both = pairs.map(({ root, weight, up, down }) => ({ root, weight, edges: [...up, ...down] }));
  return [...faults, ...loadFaults(both, shares)];
}

function loadFaults(trees: readonly Tree[], shares: readonly number[]): string[] {
  const use: number[] = new Array(shares.length).fill(0);
  for (const { weight, edges } of trees) {
    for (const { path } of edges) for (const link of path) use[link] = (use[link] ?? 0) + weight;
  }
  return use.flatMap((units, link) => {
    const share = shares[link] ?? 0;
    return units > share ? [`link ${link} carries ${units} of ${share} units`] : [];
  });
}

function treeFaults({ npus, links }: LinkGraph, { root, weight, edges }: Tree): string[] {
  const faults: string[] = [];
  if (!(Number.isSafeInteger(weight) && weight > 0)) faults.push(`weight ${weight}`);
  const reached = new Set([root]);
  for (const { from, to, path } of edges) {
    const name = `edge ${from} to ${to}`;
    if (!reached.has(from)) faults.push(`${name} starts where the tree has not been`);
    if (reached.has(to)) faults.push(`${name} ends where the tree has been`);
    reached.add(to);
    let at = from;
    path.forEach((number, step) => {
      const link = links[number];
      if (link === undefined || link.from !== at) {
        faults.push(`${name} breaks at link ${number}`);
        return;
      }
      at = link.to;
      if (at < npus && step < path.length - 1) faults.push(`${name} crosses NPU ${at}`);
    });
    if (at !== to) faults.push(`${name} ends at ${at}`);
  }
  const spanned = [...reached].every((npu) => npu >= 0 && npu < npus) && reached.size === npus;
  if (!spanned) faults.push(`reaches ${reached.size} of ${npus} NPUs`);
  return faults;
}
