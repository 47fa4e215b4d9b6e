/** The collective operations that are simulated. */
export type Collective = 'all-reduce' | 'reduce-scatter' | 'all-gather' | 'all-to-all';

export const COLLECTIVES: readonly Collective[] = ['all-reduce', 'reduce-scatter', 'all-gather', 'all-to-all'];

/** Bytes a rank holds after a collective over `ranks` that it entered with `bytes` (docs/model.md, section 4). */
export function resultBytes(collective: Collective, ranks: number, bytes: number): number {
  switch (collective) {
    case 'all-reduce':
    case 'all-to-all':
      return bytes;
    case 'reduce-scatter':
      return Math.floor(bytes / ranks);
    case 'all-gather':
      return bytes * ranks;
  }
}

/**
 * The factor from algorithm bandwidth to bus bandwidth, as nccl-tests defines it:
 * 2(n-1)/n for an all-reduce, (n-1)/n for the others.
 */
export function busFactor(collective: Collective, ranks: number): number {
  const share = (ranks - 1) / ranks;
  return collective === 'all-reduce' ? 2 * share : share;
}

/** Total buffer of a collective that every rank enters with `bytes`, as nccl-tests counts it. */
export function totalBytes(collective: Collective, ranks: number, bytes: number): number {
  return collective === 'all-gather' ? bytes * ranks : bytes;
}
