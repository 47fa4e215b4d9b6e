import { childrenOf, type PositionTree, parentOf, type Stretch, type TreeShape } from './trees.js';

/** One dimension of ranks, the first counting fastest. */
export interface RootedDimension {
  readonly ranks: number;
  /** What the collective does along it; undefined if it takes no part. */
  readonly shape: TreeShape | undefined;
  /** Messages that a rank may have in flight along it. */
  readonly window: number;
}

/** A rank's neighbour in the tree. */
export interface Relative {
  readonly rank: number;
  /** The dimension that joins them. */
  readonly dimension: number;
  /** Position of the child along that dimension. */
  readonly position: number;
}

/**
 * The tree of a collective over several dimensions: from the root along the last dimension,
 * from there along the one before, and so on, so that as little as possible crosses the slow
 * dimensions, which come last. If some dimensions take no part, there is one tree for each
 * combination of their coordinates.
 */
export class RootedLayout {
  readonly dimensions: readonly RootedDimension[];
  readonly ranks: number;
  /** Ranks of one tree. */
  readonly treeRanks: number;
  private readonly strides: readonly number[];
  private readonly origin: readonly number[];

  constructor(dimensions: readonly RootedDimension[], root: number) {
    this.dimensions = dimensions;
    let ranks = 1;
    this.strides = dimensions.map((dimension) => {
      const stride = ranks;
      ranks *= dimension.ranks;
      return stride;
    });
    this.ranks = ranks;
    this.treeRanks = dimensions.reduce((product, { ranks: n, shape }) => (shape ? product * n : product), 1);
    this.origin = dimensions.map(({ ranks: n }, d) => Math.floor(root / (this.strides[d] as number)) % n);
  }

  /** The tree along a dimension. */
  tree(dimension: number): PositionTree {
    const { shape = 'star', ranks } = this.dimensions[dimension] as RootedDimension;
    return { shape, positions: ranks };
  }

  /** A rank's position along a dimension, counted from the root. */
  position(rank: number, dimension: number): number {
    const n = (this.dimensions[dimension] as RootedDimension).ranks;
    const coordinate = Math.floor(rank / (this.strides[dimension] as number)) % n;
    return (coordinate - (this.origin[dimension] as number) + n) % n;
  }

  /** The rank at another position along a dimension. */
  at(rank: number, dimension: number, position: number): number {
    const n = (this.dimensions[dimension] as RootedDimension).ranks;
    const stride = this.strides[dimension] as number;
    const origin = this.origin[dimension] as number;
    const coordinate = Math.floor(rank / stride) % n;
    return rank + (((origin + position) % n) - coordinate) * stride;
  }

  /** The lowest dimension along which a rank is away from the root, which joins it to its parent. For a root: the number of dimensions. */
  level(rank: number): number {
    const { length } = this.dimensions;
    for (let d = 0; d < length; d++) {
      if (this.takesPart(d) && this.position(rank, d) !== 0) return d;
    }
    return length;
  }

  /** Undefined for a root. */
  parent(rank: number): Relative | undefined {
    const dimension = this.level(rank);
    if (dimension === this.dimensions.length) return undefined;
    const position = this.position(rank, dimension);
    return { rank: this.at(rank, dimension, parentOf(this.tree(dimension), position)), dimension, position };
  }

  /** In the order of a broadcast: along the last dimension first. */
  children(rank: number): Relative[] {
    const level = this.level(rank);
    const children: Relative[] = [];
    for (let dimension = Math.min(level, this.dimensions.length - 1); dimension >= 0; dimension--) {
      if (!this.takesPart(dimension)) continue;
      for (const position of childrenOf(this.tree(dimension), this.position(rank, dimension))) {
        children.push({ rank: this.at(rank, dimension, position), dimension, position });
      }
    }
    return children;
  }

  /** Number of ranks below one position of a dimension, itself included. */
  ranksBelow(dimension: number): number {
    return this.dimensions
      .slice(0, dimension)
      .reduce((product, { ranks, shape }) => (shape === undefined ? product : product * ranks), 1);
  }

  /** The ranks below a range of positions along a dimension, seen from a rank there. */
  *ranksOf(rank: number, dimension: number, { from, end }: Stretch): Generator<number> {
    for (let position = from; position < end; position++) {
      yield* this.below(this.at(rank, dimension, position), dimension - 1);
    }
  }

  private *below(rank: number, dimension: number): Generator<number> {
    if (dimension < 0) yield rank;
    else if (!this.takesPart(dimension)) yield* this.below(rank, dimension - 1);
    else {
      const { ranks } = this.dimensions[dimension] as RootedDimension;
      for (let position = 0; position < ranks; position++) {
        yield* this.below(this.at(rank, dimension, position), dimension - 1);
      }
    }
  }

  private takesPart(dimension: number): boolean {
    return this.dimensions[dimension]?.shape !== undefined;
  }
}
