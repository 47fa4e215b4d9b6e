import { type AlgorithmDefinition, cargoByHalves, reduceIn } from './algorithm.js';

/** The program lists every peer; beyond this the list alone takes hundreds of megabytes. */
const MAX_RANKS = 2 ** 22;

/**
 * Sends to every other rank in turn, at distance 1, 2, ..., n - 1 and again, with `window` packets
 * in flight (all of them unless limited).
 */
export const direct: AlgorithmDefinition = {
  name: 'direct',
  windowed: true,
  unsupported: ({ ranks }) => (ranks > MAX_RANKS ? `at most ${MAX_RANKS} ranks` : undefined),
  program: ({ collective, ranks, bytes, window = ranks - 1, group = false }) => {
    const peers = ranks - 1;
    const inFlight = Math.min(window, peers);
    return {
      kind: 'token',
      sends: collective === 'all-reduce' ? 2 * peers : peers,
      window: inFlight,
      bytes: [collective === 'all-gather' ? bytes : Math.floor(bytes / ranks)],
      offsets: Array.from({ length: peers }, (_, i) => i + 1),
      pairwise: false,
      // Kept for parity: in a group the packets of a cycle that may reduce are those of all peers.
      reducing: group ? peers * inFlight : inFlight,
      reduceIn: reduceIn(collective),
      barrier: collective === 'all-reduce' ? peers : 0,
    };
  },
  cargo: ({ collective, ranks }, rank, packet) => {
    const peer = (k: number) => (rank + 1 + (k % (ranks - 1))) % ranks;
    return cargoByHalves(collective, packet, ranks - 1, {
      // Each peer gets its block, then each gets the sender's finished block.
      scatter: (k) => [peer(k)],
      gather: () => [rank],
      exchange: (k) => [rank * ranks + peer(k)],
    });
  },
};
