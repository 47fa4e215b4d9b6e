import { InvariantError } from '../../base/errors.js';
import type { AlgorithmDefinition } from '../algorithm.js';

/** Run over all NPUs, and planned as a whole: what a machine is to NCCL decides on their programs. */
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

/** What NCCL would choose, its ring, its double binary tree, and its parallel aggregated trees. */
export const NCCL_DEFINITIONS = ['nccl', 'nccl-ring', 'nccl-tree', 'nccl-pat'].map(planned);
