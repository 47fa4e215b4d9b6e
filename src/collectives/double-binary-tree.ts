import type { AlgorithmDefinition } from './algorithm.js';
import { isPowerOfTwo } from './halving-doubling.js';
import { StepBuilder } from './step-builder.js';
import type { StepProgram } from './step-program.js';

/** The program lists every step, some six per rank. */
const MAX_RANKS = 2 ** 20;

/** The cell of the data; the next two hold what the left and right child sent. */
const DATA = 0;

/** Reduces up a tree and broadcasts back down, alternating between two trees. Always a full all-reduce, even where the plan asks for less. */
export const doubleBinaryTree: AlgorithmDefinition = {
  name: 'double-binary-tree',
  dimensionOnly: true,
  alwaysAllReduce: true,
  unsupported: ({ ranks }) =>
    isPowerOfTwo(ranks) && ranks <= MAX_RANKS ? undefined : `a power of two of ranks up to ${MAX_RANKS}`,
  program: ({ ranks, bytes }) => ({ ...treeProgram(ranks, bytes, true), alternate: treeProgram(ranks, bytes, false) }),
};

/** An all-reduce over a tree, whose root is the last rank in order or the first. */
function treeProgram(ranks: number, bytes: number, rootLast: boolean): StepProgram {
  const steps = new StepBuilder({ ranks, blocks: 1, blockBytes: bytes });
  const tree = relatives(ranks, rootLast);
  for (let rank = 0; rank < ranks; rank++) {
    const parent = tree.parent[rank] as number;
    const children = [tree.left[rank] as number, tree.right[rank] as number].filter((child) => child >= 0);
    const received = children.map((child, i) => steps.receive(rank, child, DATA + 1 + i));
    let last = received.map((receive, i) => steps.reduce(rank, DATA + 1 + i, DATA, { after: receive }));
    if (parent >= 0) {
      const sent = steps.send(rank, parent, DATA, { after: last });
      const answer = steps.receive(rank, parent, DATA, { after: sent });
      // As in the reference, an inner rank also pays for a reduction of the answer.
      last = [children.length === 0 ? answer : steps.reduce(rank, [], [], { after: answer, bytes })];
    }
    for (const child of children) steps.send(rank, child, DATA, { after: last });
  }
  return steps.build();
}

/** A tree over ranks 0 ... n - 1: relatives of each rank, -1 for none. */
interface Tree {
  readonly parent: Int32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
}

/**
 * A root with one child, which is a perfect binary tree of the other n - 1 ranks (n a power
 * of two), numbered in order: the root comes after all of them (`rootLast`) or before.
 */
function relatives(ranks: number, rootLast: boolean): Tree {
  const parent = new Int32Array(ranks).fill(-1);
  const left = new Int32Array(ranks).fill(-1);
  const right = new Int32Array(ranks).fill(-1);
  const root = rootLast ? ranks - 1 : 0;
  // In order, the height of node x = 1, 2, ... of a perfect tree is the number of trailing zero bits of x.
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
