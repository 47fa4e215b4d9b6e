import type { CollectiveOptions } from '../src/index.js';

/** 32 x 32 x 32 x 32 is a million NPUs. */
export const SIDES = [2, 4, 8, 16, 32];

/**
 * A hierarchy of four equally long dimensions, rings and switches in turn, each level four
 * times slower than the one below; 1 GiB in `splits` chunks, seven phases each. Plain
 * numbers, so that no unit is parsed.
 */
export function hierarchy(side: number, splits = 64): CollectiveOptions {
  return {
    topology: [
      { kind: 'ring', npus: side, bandwidth: 600, latency: 500 },
      { kind: 'switch', npus: side, bandwidth: 150, latency: 1000 },
      { kind: 'ring', npus: side, bandwidth: 37.5, latency: 2000 },
      { kind: 'switch', npus: side, bandwidth: 9.375, latency: 5000 },
    ],
    // Large enough that a chunk is never rounded up to one byte per NPU.
    size: Math.max(2 ** 30, splits * side ** 4),
    splits,
    algorithms: 'ring',
    decomposition: 'local-bw-aware',
  };
}

/** A count of NPUs for people: 16, 4 Ki, 1 Mi. */
export function npuCount(side: number): string {
  const npus = side ** 4;
  if (npus >= 2 ** 20) return `${npus / 2 ** 20} Mi`;
  return npus >= 2 ** 10 ? `${npus / 2 ** 10} Ki` : `${npus}`;
}
