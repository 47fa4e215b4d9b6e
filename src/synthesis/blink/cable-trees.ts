/** A cable between two NPUs, of which a tree uses both directions. */
export interface Pair {
  readonly a: number;
  readonly b: number;
}

/** An undirected spanning tree, as numbers of cables in ascending order, and what it carries each way. */
export interface CableTree {
  readonly weight: number;
  readonly cables: readonly number[];
}

/** Equal trees become one, with the sum of their weights; order is that of first appearance. */
export function mergeTrees(trees: readonly CableTree[]): CableTree[] {
  const weights = new Map<string, { weight: number; readonly cables: readonly number[] }>();
  for (const { weight, cables } of trees) {
    const key = cables.join(' ');
    const present = weights.get(key);
    if (present === undefined) weights.set(key, { weight, cables });
    else present.weight += weight;
  }
  return [...weights.values()];
}
