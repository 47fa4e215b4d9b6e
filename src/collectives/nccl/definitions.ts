import { InvariantError } from '../../base/errors.js';
import type { AlgorithmDefinition } from '../algorithm.js';

/** Runs over all NPUs and is planned as a whole: its program depends on how NCCL sees the machine. */
function planned(name: string): AlgorithmDefinition {
  return {
    name,
    alwaysFlat: true,
    unsupported: () => 'a communicator of its own',
    program: () => {
      throw new InvariantError(`${name} is planned as a whole`);
    },
  };
}

/** NCCL's own choice, its ring, its double binary tree, and its parallel aggregated trees. */
export const NCCL_DEFINITIONS = ['nccl', 'nccl-ring', 'nccl-tree', 'nccl-pat'].map(planned);
