import { type AlgorithmDefinition, cargoByHalves, reduceIn } from './algorithm.js';

/**
 * Exchange with the peer 1, 2, 4, ... away while the size halves (reduce-scatter), or n/2,
 * n/4, ... away while it doubles (all-gather); an all-reduce does the first, then the second.
 * At its turn the size has been halved once too often: it doubles back, without the bytes lost to truncation.
 */
export const halvingDoubling: AlgorithmDefinition = {
  name: 'halving-doubling',
  unsupported: ({ collective, ranks }) => {
    if (collective === 'all-to-all') return 'a collective other than all-to-all (which ring and direct can do)';
    return isPowerOfTwo(ranks) ? undefined : `a power of two of ranks, not ${ranks}`;
  },
  program: ({ collective, ranks, bytes }) => {
    const steps = Math.log2(ranks);
    const sends = collective === 'all-reduce' ? 2 * steps : steps;
    const gathers = collective === 'all-gather';
    const offsets: number[] = [];
    const sizes: number[] = [];
    let halving = !gathers;
    let offset = halving ? 1 : ranks / 2;
    let size = halving ? Math.floor(bytes / 2) : bytes;
    // One more packet than it sends: the last receipt still prepares one.
    for (let k = 0; k <= sends; k++) {
      offsets.push(offset);
      sizes.push(size);
      offset = halving ? offset * 2 : offset / 2;
      size = halving ? Math.floor(size / 2) : size * 2;
      if (halving && offset === ranks && collective === 'all-reduce') {
        halving = false;
        offset = ranks / 2;
        size *= 2;
      }
    }
    return {
      kind: 'token',
      sends,
      window: 1,
      bytes: sizes,
      offsets,
      pairwise: true,
      reducing: steps - 1,
      reduceIn: reduceIn(collective),
      barrier: 0,
    };
  },
  cargo: ({ collective, ranks }, rank, packet) =>
    cargoByHalves(collective, packet, Math.log2(ranks), {
      // A rank holds the blocks that agree with it in bits 0 to k - 1 and sends those that agree with its peer in bit k.
      scatter: (k) => blocksAlike(ranks, rank ^ (1 << k), 2 << k),
      // From the highest bit down: a rank holds the blocks that agree with it in all lower bits.
      gather: (k) => blocksAlike(ranks, rank, ranks >> k),
    }),
};

/** The blocks that agree with a rank modulo a power of two. */
function blocksAlike(ranks: number, rank: number, modulus: number): number[] {
  return Array.from({ length: ranks / modulus }, (_, i) => i * modulus + (rank % modulus));
}

/** Whether a count is a power of two, exactly (its logarithm alone is rounded for large counts). */
export function isPowerOfTwo(count: number): boolean {
  return 2 ** Math.round(Math.log2(count)) === count;
}
