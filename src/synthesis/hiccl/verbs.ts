import type { ScheduledCollective } from '../schedule-check.js';

/** Which ranks take part in a verb besides its root. `others`: all but the root. */
export type Leaves = 'all' | 'others' | readonly number[];

/**
 * A verb of HiCCL (arXiv 2408.05962): a multicast brings data of the root to its leaves, a reduction
 * adds what the leaves have and brings it to the root. `data` names the elements it is about, so that
 * a verb behind a fence can go on with what one before it made.
 */
export interface Verb {
  readonly kind: 'multicast' | 'reduction';
  readonly data: number;
  /** How many elements. */
  readonly count: number;
  readonly root: number;
  readonly leaves: Leaves;
}

/** Verbs behind a fence start when those before it are done. */
export interface Fence {
  readonly kind: 'fence';
}

export const multicast = (data: number, count: number, root: number, leaves: Leaves): Verb => ({
  kind: 'multicast',
  data,
  count,
  root,
  leaves,
});

export const reduction = (data: number, count: number, leaves: Leaves, root: number): Verb => ({
  kind: 'reduction',
  data,
  count,
  root,
  leaves,
});

export const fence: Fence = { kind: 'fence' };

/**
 * A collective in verbs. Every rank has `count` elements for (or from) every other: an all-gather
 * brings `count` of each rank to all, a broadcast `count` times ranks of rank 0 to all. Rank 0 is
 * the root of broadcast, reduce, gather and scatter.
 */
export function verbsOf(collective: ScheduledCollective, ranks: number, count: number): (Verb | Fence)[] {
  const perRank = (verb: (rank: number) => Verb) => Array.from({ length: ranks }, (_, rank) => verb(rank));
  switch (collective) {
    case 'broadcast':
      return [multicast(0, count * ranks, 0, 'all')];
    case 'reduce':
      return [reduction(0, count * ranks, 'all', 0)];
    case 'all-gather':
      return perRank((rank) => multicast(rank, count, rank, 'all'));
    case 'reduce-scatter':
      return perRank((rank) => reduction(rank, count, 'all', rank));
    case 'all-reduce':
      return [
        ...perRank((rank) => reduction(rank, count, 'all', rank)),
        fence,
        ...perRank((rank) => multicast(rank, count, rank, 'others')),
      ];
    case 'gather':
      return perRank((rank) => multicast(rank, count, rank, [0]));
    case 'scatter':
      return perRank((rank) => reduction(rank, count, [0], rank));
    case 'all-to-all':
      return Array.from({ length: ranks * ranks }, (_, pair) =>
        multicast(pair, count, Math.floor(pair / ranks), [pair % ranks]),
      );
  }
}

/** The leaves of a verb, asked for ranges of ranks. */
export class LeafSet {
  private readonly only: number;
  private readonly without: number;
  /** For lists of several: how many leaves are below each rank. */
  private readonly below: Int32Array | undefined;

  constructor(leaves: Leaves, root: number, ranks: number) {
    this.without = leaves === 'others' ? root : -1;
    this.only = typeof leaves !== 'string' && leaves.length === 1 ? (leaves[0] as number) : -1;
    if (typeof leaves === 'string' || leaves.length === 1) return;
    this.below = new Int32Array(ranks + 1);
    for (const leaf of new Set(leaves)) this.below[leaf + 1] = 1;
    for (let rank = 0; rank < ranks; rank++) {
      this.below[rank + 1] = (this.below[rank + 1] as number) + (this.below[rank] as number);
    }
  }

  has(rank: number): boolean {
    return this.any(rank, rank + 1);
  }

  /** Whether a rank from `first` up to before `end` is a leaf. */
  any(first: number, end: number): boolean {
    if (this.below !== undefined) return (this.below[end] as number) > (this.below[first] as number);
    if (this.only >= 0) return first <= this.only && this.only < end;
    return end - first > (first <= this.without && this.without < end ? 1 : 0);
  }
}
