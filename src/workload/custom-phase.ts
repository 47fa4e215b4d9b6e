import { InvariantError } from '../base/errors.js';
import type { Algorithm } from '../collectives/algorithms.js';
import { type Collective, resultBytes } from '../collectives/collective.js';
import type { Phase } from '../plan/phases.js';
import type { LogicalDimension } from '../topology/logical-dimension.js';

const CUSTOM: Algorithm = {
  name: 'custom',
  flat: true,
  definition: {
    name: 'custom',
    program: () => {
      throw new InvariantError('a custom collective has graphs, not a program');
    },
  },
};

/** The one phase of a collective that is given as graphs: it waits in a queue of the first dimension. */
export function customPhase(collective: Collective, bytes: number, dimension: LogicalDimension): Phase {
  return {
    collective,
    algorithm: CUSTOM,
    dimension,
    bytes,
    resultBytes: resultBytes(collective, dimension.ranks, bytes),
    queues: 'all',
    lanes: [],
  };
}
