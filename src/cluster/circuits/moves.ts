import type { CircuitAlgorithm } from './steps.js';

/** What one rank sends in one step of a collective on circuits. */
export interface Move {
  readonly to: number;
  /** Blocks or, in an all-to-all, what rank o has for rank d: `o * npus + d`. */
  readonly blocks: readonly number[];
  /** The receiver adds them to its own; otherwise it stores them. */
  readonly adds: boolean;
}

/** What a rank sends in a step, and to whom. */
export type Moves = (step: number, rank: number) => Move;

/** The moves of an algorithm on a power of two of NPUs. */
export function movesOf(algorithm: CircuitAlgorithm, npus: number): Moves {
  const rounds = Math.log2(npus);
  const where = (fits: (block: number) => boolean) => Array.from({ length: npus }, (_, b) => b).filter(fits);
  /** Halves of the remaining blocks go to partners npus / 2, npus / 4, ... away. */
  const halve: Moves = (step, rank) => {
    const mask = npus >> (step + 1);
    const to = rank ^ mask;
    return { to, blocks: where((block) => (block ^ to) < mask), adds: true };
  };
  /** All collected blocks go to partners `mask` = 1, 2, 4, ... away. */
  const double = (mask: number, rank: number): Move => {
    return { to: rank ^ mask, blocks: where((block) => (block ^ rank) < mask), adds: false };
  };
  switch (algorithm) {
    case 'reduce-scatter-halving':
      return halve;
    case 'all-gather-doubling':
      return (step, rank) => double(1 << step, rank);
    case 'all-reduce-halving-doubling':
      return (step, rank) => (step < rounds ? halve(step, rank) : double(1 << (step - rounds), rank));
    case 'all-reduce-recursive-doubling':
      return (step, rank) => ({ to: rank ^ (1 << step), blocks: where(() => true), adds: true });
    case 'all-to-all-pairwise':
      return (step, rank) => ({ to: rank ^ (step + 1), blocks: [rank * npus + (rank ^ (step + 1))], adds: false });
    case 'all-to-all-bruck':
      return (step, rank) => {
        const hop = 1 << step;
        // Data that must travel j in total have already travelled the lower bits of j.
        const blocks = where((j) => (j & hop) !== 0).map((j) => {
          const origin = (rank - (j % hop) + npus) % npus;
          return origin * npus + ((origin + j) % npus);
        });
        return { to: (rank + hop) % npus, blocks, adds: false };
      };
    case 'ring':
      return (step, rank) => ({ to: (rank + 1) % npus, blocks: [(rank - 1 - step + npus) % npus], adds: true });
  }
}
