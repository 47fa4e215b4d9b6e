/**
 * What the ranks of a double binary tree do, as data: an all-reduce up and down a tree
 * (docs/model.md, section 4). Phases use the two trees alternately.
 */
export interface TreeProgram {
  readonly kind: 'tree';
  readonly ranks: number;
  /** Bytes of every message. */
  readonly bytes: number;
  /** The tree whose root is the last rank in order, then the one whose root is the first. */
  readonly trees: readonly [Tree, Tree];
}

/** A tree over ranks 0 ... n - 1: relatives of each rank, -1 where there is none. */
export interface Tree {
  readonly parent: Int32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
}

/**
 * A root with one child, which is a perfect binary tree of the other n - 1 ranks (n a power
 * of two), numbered in order: the root comes after all of them (`rootLast`) or before.
 */
export function buildTree(ranks: number, rootLast: boolean): Tree {
  const parent = new Int32Array(ranks).fill(-1);
  const left = new Int32Array(ranks).fill(-1);
  const right = new Int32Array(ranks).fill(-1);
  const root = rootLast ? ranks - 1 : 0;
  // In order, node x = 1, 2, ... of a perfect tree stands as high as x has trailing zero bits.
  const rankOf = (x: number) => (rootLast ? x - 1 : x);
  const top = ranks / 2;
  for (let x = 1; x < ranks; x++) {
    const rank = rankOf(x);
    const half = (x & -x) >> 1;
    if (half > 0) {
      left[rank] = rankOf(x - half);
      right[rank] = rankOf(x + half);
      parent[rankOf(x - half)] = rank;
      parent[rankOf(x + half)] = rank;
    }
  }
  left[root] = rankOf(top);
  parent[rankOf(top)] = root;
  return { parent, left, right };
}
