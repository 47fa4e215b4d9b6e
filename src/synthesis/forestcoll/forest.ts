import type { Fraction } from '../../bounds/fraction.js';

/** A step of a tree from one NPU to another, along links of which those between cross switches. */
export interface TreeEdge {
  readonly from: number;
  readonly to: number;
  /** Numbers of the links, in the order of travel. */
  readonly path: readonly number[];
}

/** A tree that spans all NPUs and broadcasts `weight` units from its root. An edge comes after that which leads to its start. */
export interface Tree {
  readonly root: number;
  readonly weight: number;
  readonly edges: readonly TreeEdge[];
}

/** Trees that together broadcast `demands[root]` units from each root, while link i carries no more than `shares[i]`. */
export interface Forest {
  readonly demands: readonly number[];
  readonly shares: readonly number[];
  /**
   * For how long links may be busy, in ns per byte of a unit. M bytes in all take M times this over the sum of
   * the demands, and the time to fill the trees.
   */
  readonly nsPerUnitByte: Fraction;
  readonly trees: readonly Tree[];
}

/** How `weight` units of an all-reduce travel: up to a root, where they are complete, and down from it. */
export interface TreePair {
  readonly root: number;
  readonly weight: number;
  /** From an NPU towards the root; what comes into an NPU stands before what leaves it. */
  readonly up: readonly TreeEdge[];
  /** Away from the root, as in a {@link Tree}. */
  readonly down: readonly TreeEdge[];
}

/** Pairs of trees that together all-reduce, while link i carries no more than `shares[i]` up and down. */
export interface AllReduceForest {
  readonly shares: readonly number[];
  /** As in a {@link Forest}, with the sum of the weights in the place of the demands. */
  readonly nsPerUnitByte: Fraction;
  readonly pairs: readonly TreePair[];
}

/** A tree on the reversed graph, taken in the direction of the links: from the leaves to the root. */
export function upwards(edges: readonly TreeEdge[]): TreeEdge[] {
  return edges.map(({ from, to, path }) => ({ from: to, to: from, path: path.toReversed() })).toReversed();
}
