import { InvariantError } from '../base/errors.js';
import type { AlgorithmDefinition } from './algorithm.js';

/**
 * A binomial tree from or to a root. Collectives in which all ranks do the same have no root and use
 * the double binary tree.
 */
export const tree: AlgorithmDefinition = {
  name: 'tree',
  unsupported: () => 'a collective with a root: broadcast, reduce, gather or scatter',
  program: () => {
    throw new InvariantError('a tree is planned with its root');
  },
};
