import type { AlgorithmDefinition } from './algorithm.js';
import { isPowerOfTwo } from './halving-doubling.js';
import { buildTree } from './tree-program.js';

const MAX_RANKS = 2 ** 22;

/** Up to the root and down again, over two trees by turns. Whatever it stands for, it is an all-reduce. */
export const doubleBinaryTree: AlgorithmDefinition = {
  name: 'double-binary-tree',
  dimensionOnly: true,
  alwaysAllReduce: true,
  unsupported: ({ ranks }) =>
    isPowerOfTwo(ranks) && ranks <= MAX_RANKS ? undefined : `a power of two of ranks up to ${MAX_RANKS}`,
  program: ({ ranks, bytes }) => ({
    kind: 'tree',
    ranks,
    bytes,
    trees: [buildTree(ranks, true), buildTree(ranks, false)],
  }),
};
