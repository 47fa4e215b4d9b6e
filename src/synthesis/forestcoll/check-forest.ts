import type { LinkGraph } from '../../topology/link-graph.js';
import type { Forest, Tree } from './forest.js';

/** What is wrong with a forest on a graph, a sentence each; empty when nothing is. */
export function checkForest(graph: LinkGraph, forest: Forest): string[] {
  const faults: string[] = [];
  const weights: number[] = new Array(graph.npus).fill(0);
  const use: number[] = new Array(graph.links.length).fill(0);
  forest.trees.forEach((tree, index) => {
    for (const fault of treeFaults(graph, tree)) faults.push(`tree ${index}: ${fault}`);
    weights[tree.root] = (weights[tree.root] ?? 0) + tree.weight;
    for (const { path } of tree.edges) {
      for (const link of path) use[link] = (use[link] ?? 0) + tree.weight;
    }
  });
  weights.forEach((weight, npu) => {
    const demand = forest.demands[npu];
    if (weight !== demand) faults.push(`the trees of NPU ${npu} weigh ${weight}, not ${demand}`);
  });
  use.forEach((units, link) => {
    const share = forest.shares[link] ?? 0;
    if (units > share) faults.push(`link ${link} carries ${units} of ${share} units`);
  });
  return faults;
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
