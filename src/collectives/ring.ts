import { type AlgorithmDefinition, cargoByHalves, reduceIn } from './algorithm.js';
import type { SymmetricCollective } from './collective.js';

/** Messages of a rank. */
export function ringSends(collective: SymmetricCollective, ranks: number): number {
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

/** Sends to the next rank, one packet at a time. */
export const ring: AlgorithmDefinition = {
  name: 'ring',
  program: ({ collective, ranks, bytes }) => ({
    kind: 'token',
    sends: ringSends(collective, ranks),
    window: 1,
    bytes: [collective === 'all-gather' ? bytes : Math.floor(bytes / ranks)],
    offsets: [1],
    pairwise: false,
    reducing: ranks - 1,
    reduceIn: reduceIn(collective),
    barrier: 0,
  }),
  cargo: ({ collective, ranks }, rank, packet) => {
    const back = (steps: number) => (((rank - steps) % ranks) + ranks) % ranks;
    return cargoByHalves(collective, packet, ranks - 1, {
      // The sum of block b starts at rank b + 1 and adds one rank per step.
      scatter: (k) => [back(k + 1)],
      // Then finished blocks go around, each rank's own first.
      gather: (k) => [back(k)],
      // Data for the next rank take one message, data for the one after that two, and so on.
      exchange: (k) => {
        let distance = 1;
        let hop = k;
        while (hop >= distance) hop -= distance++;
        const origin = back(hop);
        return [origin * ranks + ((origin + distance) % ranks)];
      },
    });
  },
};
