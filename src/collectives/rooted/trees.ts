/** The shape that an algorithm gives a rooted collective along one dimension. */
export type TreeShape = 'chain' | 'binomial' | 'star';

/** Messages along a tree of positions 0 ... n - 1 whose root is position 0. Every subtree is a range. */
export interface PositionTree {
  readonly shape: TreeShape;
  readonly positions: number;
}

/** The source of a position's data in a broadcast; position 0 has no parent. */
export function parentOf({ shape }: PositionTree, position: number): number {
  switch (shape) {
    case 'chain':
      return position - 1;
    case 'star':
      return 0;
    case 'binomial':
      // Without its lowest bit.
      return position & (position - 1);
  }
}

/** Children in the order of sending: in a binomial tree the largest subtree first. */
export function childrenOf({ shape, positions }: PositionTree, position: number): number[] {
  switch (shape) {
    case 'chain':
      return position + 1 < positions ? [position + 1] : [];
    case 'star':
      return position === 0 ? Array.from({ length: positions - 1 }, (_, i) => i + 1) : [];
    case 'binomial': {
      const children: number[] = [];
      const lowest = position === 0 ? positions : position & -position;
      for (let bit = 1; bit < lowest && position + bit < positions; bit *= 2) children.push(position + bit);
      return children.reverse();
    }
  }
}

/** The end (exclusive) of the subtree of a position other than 0. */
export function endOfSubtree({ shape, positions }: PositionTree, position: number): number {
  switch (shape) {
    case 'chain':
      return positions;
    case 'star':
      return position + 1;
    case 'binomial':
      return Math.min(positions, position + (position & -position));
  }
}

/** A range of positions whose data travel in one message. */
export interface Stretch {
  readonly from: number;
  readonly end: number;
}

/**
 * The messages of a scatter from a parent to a child, in order. A chain passes the positions' data
 * one by one, the farthest first, so that all links work at once.
 */
export function stretchesTo(tree: PositionTree, child: number): Stretch[] {
  const end = endOfSubtree(tree, child);
  if (tree.shape !== 'chain') return [{ from: child, end }];
  return Array.from({ length: end - child }, (_, i) => ({ from: end - 1 - i, end: end - i }));
}
