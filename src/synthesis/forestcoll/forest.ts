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
   * Time for which the slowest link is busy, in ns per byte of a unit: a link needs at most this
   * times the bytes in a unit for its share.
   */
  readonly nsPerUnitByte: Fraction;
  readonly trees: readonly Tree[];
}
