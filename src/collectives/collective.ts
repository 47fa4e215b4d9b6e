/** Collectives in which all ranks do the same and which cross a grid dimension by dimension. */
export type SymmetricCollective = 'all-reduce' | 'reduce-scatter' | 'all-gather' | 'all-to-all';

/** Collectives from or to one rank, the root. */
export type RootedCollective = 'broadcast' | 'reduce' | 'gather' | 'scatter';

/** Collectives whose ranks all have equally much. */
export type EvenCollective = SymmetricCollective | RootedCollective;

/** The simulated collective operations. `alltoallv` is an all-to-all of unequal parts. */
export type Collective = EvenCollective | 'alltoallv';

export const SYMMETRIC_COLLECTIVES: readonly SymmetricCollective[] = [
  'all-reduce',
  'reduce-scatter',
  'all-gather',
  'all-to-all',
];

export const ROOTED_COLLECTIVES: readonly RootedCollective[] = ['broadcast', 'reduce', 'gather', 'scatter'];

export const EVEN_COLLECTIVES: readonly EvenCollective[] = [...SYMMETRIC_COLLECTIVES, ...ROOTED_COLLECTIVES];

export const COLLECTIVES: readonly Collective[] = [...EVEN_COLLECTIVES, 'alltoallv'];

export function isRooted(collective: Collective): collective is RootedCollective {
  return (ROOTED_COLLECTIVES as readonly Collective[]).includes(collective);
}

export function isSymmetricCollective(collective: Collective): collective is SymmetricCollective {
  return (SYMMETRIC_COLLECTIVES as readonly Collective[]).includes(collective);
}

/**
 * Bytes a rank holds after a collective over `ranks` that it entered with `bytes` (docs/model.md,
 * section 4). For a rooted one, what the fullest rank holds: the root of a gather.
 */
export function resultBytes(collective: Collective, ranks: number, bytes: number): number {
  switch (collective) {
    case 'all-reduce':
    case 'all-to-all':
    case 'alltoallv':
    case 'broadcast':
    case 'reduce':
      return bytes;
    case 'reduce-scatter':
    case 'scatter':
      return Math.floor(bytes / ranks);
    case 'all-gather':
    case 'gather':
      return bytes * ranks;
  }
}

/**
 * The factor from algorithm bandwidth to bus bandwidth, as nccl-tests defines it:
 * 2(n-1)/n for an all-reduce, 1 for a broadcast and a reduce, (n-1)/n for the others.
 */
export function busFactor(collective: Collective, ranks: number): number {
  if (collective === 'broadcast' || collective === 'reduce') return 1;
  const share = (ranks - 1) / ranks;
  return collective === 'all-reduce' ? 2 * share : share;
}

/** Whether each rank enters with a share of the buffer that measures the collective. */
export function entersWithShare(collective: Collective): boolean {
  return collective === 'all-gather' || collective === 'gather';
}

/** Total buffer of a collective into which every rank enters with `bytes`, as nccl-tests counts it. */
export function totalBytes(collective: Collective, ranks: number, bytes: number): number {
  return entersWithShare(collective) ? bytes * ranks : bytes;
}
