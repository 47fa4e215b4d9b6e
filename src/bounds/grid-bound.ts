import type { Collective } from '../collectives/collective.js';
import { type Dimension, lineOf } from '../topology/dimension.js';

/** The time that no algorithm can beat on a network, ns, and what sets it. */
export interface NetworkBound {
  readonly ns: number;
  readonly because: 'cut' | 'distance';
  /** For a cut: the dimensions whose links cross it, and how many NPUs along them are together on one side. */
  readonly dimensions: readonly number[];
  readonly width: number;
}

interface Wanted {
  readonly collective: Collective;
  readonly dimensions: readonly Dimension[];
  /** Their indices in the network; default 0, 1, ... */
  readonly indices?: readonly number[];
  readonly bytes: number;
  /** For an alltoallv: the most bytes that one rank sends to others or receives from them. */
  readonly mostExchanged?: number | undefined;
}

/** With more dimensions than this, only single dimensions and all of them together are tried, not other subsets. */
const MAX_SUBSET_DIMENSIONS = 10;

/**
 * The least time of a collective with any algorithm, without reduction in the network and
 * without the simulator's rounding.
 *
 * *Cuts.* A set A of the n ranks has links of some bandwidth C to the others. These bytes must cross:
 * - all-gather: all data must reach all ranks: `|others| * bytes` into A;
 * - reduce-scatter: each part that another rank ends with needs at least one partial sum from A:
 *   `|others| / n * bytes` out of A (for a single rank: (n-1)/n);
 * - all-to-all: `|A| * |others| / n * bytes` out of A;
 * - broadcast, reduce: `bytes` out of the part with the root, or into it; scatter, gather: what the others get or give;
 * - alltoallv: what the busiest rank sends to others or receives from them;
 * - all-reduce: cut the ranks into P equal parts. For each element the parts must combine their
 *   sums (P - 1 messages between parts) and distribute the result (P - 1 more). So the
 *   part that sends most sends at least `2 (P - 1) / P * bytes`; P = n gives the well-known 2(n-1)/n.
 *
 * The cuts: all ranks with the same coordinates in a set of dimensions (in all dimensions: one
 * NPU, whose links together are its injection bandwidth), because only the links of
 * these dimensions leave them; and, for all-to-all, arcs of any width along one dimension (half a
 * ring: its bisection).
 *
 * *Distance.* Every rank must hear from every other: the latency of the longest of all shortest paths.
 * @returns ns, a real number.
 */
export function leastTime({ collective, dimensions, indices, bytes, mostExchanged = 0 }: Wanted): NetworkBound {
  const used = dimensions.map((dimension, i) => ({ dimension, index: indices?.[i] ?? i }));
  const active = used.filter(({ dimension }) => dimension.npus > 1);
  const distance = active.reduce((sum, { dimension }) => sum + lineOf(dimension).diameter * dimension.latency, 0);
  let best: NetworkBound = { ns: distance, because: 'distance', dimensions: [], width: 0 };
  const take = (among: readonly (typeof active)[number][], width: number, ns: number) => {
    const latency = Math.min(...among.map(({ dimension: { latency } }) => latency));
    if (ns + latency <= best.ns) return;
    best = { ns: ns + latency, because: 'cut', dimensions: among.map(({ index }) => index), width };
  };
  const ranks = active.reduce((product, { dimension: { npus } }) => product * npus, 1);
  for (const among of subsets(active)) {
    const parts = among.reduce((product, { dimension: { npus } }) => product * npus, 1);
    const out = among.reduce((sum, { dimension }) => sum + lineOf(dimension).cut(1) * dimension.bandwidth, 0);
    // For an alltoallv only the total traffic of single ranks is known.
    const crossing =
      collective !== 'alltoallv'
        ? crossingBytes(collective, ranks, parts, 1, bytes)
        : parts === ranks
          ? mostExchanged
          : 0;
    take(among, 1, crossing / (ranks / parts) / out);
  }
  if (collective !== 'all-to-all') return best;
  for (const one of active) {
    const { npus, bandwidth } = one.dimension;
    // A cut wider than half is the same cut from the other side.
    for (const width of new Set([2, Math.floor(npus / 2)])) {
      if (width < 2 || 2 * width > npus) continue;
      const crossing = crossingBytes(collective, ranks, npus, width, bytes) / (ranks / npus);
      take([one], width, crossing / (lineOf(one.dimension).cut(width) * bandwidth));
    }
  }
  return best;
}

/** Bytes that must cross out of (all-gather: into) `width` of `parts` equal parts of all ranks. */
export function crossingBytes(
  collective: Collective,
  ranks: number,
  parts: number,
  width: number,
  bytes: number,
): number {
  const inside = (ranks / parts) * width;
  switch (collective) {
    case 'all-gather':
      return (ranks - inside) * bytes;
    case 'reduce-scatter':
      return ((ranks - inside) * bytes) / ranks;
    case 'all-to-all':
      return (inside * (ranks - inside) * bytes) / ranks;
    case 'all-reduce':
      return (2 * (parts - 1) * bytes) / parts;
    // All of it leaves or enters the root's part.
    case 'broadcast':
    case 'reduce':
      return bytes;
    case 'scatter':
      return ((ranks - inside) * bytes) / ranks;
    case 'gather':
      return (ranks - inside) * bytes;
    // Parts may be of any size: see leastTime.
    case 'alltoallv':
      return 0;
  }
}

function subsets<T>(items: readonly T[]): (readonly T[])[] {
  if (items.length > MAX_SUBSET_DIMENSIONS) return [items, ...items.map((item) => [item])];
  let all: (readonly T[])[] = [[]];
  for (const item of items) all = [...all, ...all.map((subset) => [...subset, item])];
  return all.slice(1);
}
