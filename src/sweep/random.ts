import seedrandom from 'seedrandom';

/** A number from 0 to below 1. */
export type Random = () => number;

/** The same numbers for the same seed, on any machine. */
export function randomFrom(seed: string): Random {
  return seedrandom(seed);
}

/** A whole number from 0 to below `count`. */
export function pick(random: Random, count: number): number {
  return Math.floor(random() * count);
}
