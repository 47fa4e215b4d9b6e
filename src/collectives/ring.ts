import { type AlgorithmDefinition, reduceIn } from './algorithm.js';
import type { Collective } from './collective.js';

function sends(collective: Collective, ranks: number): number {
  switch (collective) {
    case 'all-reduce':
      return 2 * (ranks - 1);
    case 'reduce-scatter':
    case 'all-gather':
      return ranks - 1;
    case 'all-to-all':
      return (ranks * (ranks - 1)) / 2;
  }
}

/** Always to the next rank, one packet at a time. */
export const ring: AlgorithmDefinition = {
  name: 'ring',
  program: ({ collective, ranks, bytes }) => ({
    kind: 'token',
    sends: sends(collective, ranks),
    window: 1,
    bytes: [collective === 'all-gather' ? bytes : Math.floor(bytes / ranks)],
    offsets: [1],
    pairwise: false,
    reducing: ranks - 1,
    reduceIn: reduceIn(collective),
    barrier: 0,
  }),
};
