import * as v from 'valibot';
import type { Quantity } from '../base/units.js';
import { keys, quantity } from '../base/validate.js';
import { type Collective, ROOTED_COLLECTIVES, SYMMETRIC_COLLECTIVES } from '../collectives/collective.js';
import { checkWithTopology, machineEntries } from '../spec/schema.js';
import type { CollectiveSpec } from '../spec/spec.js';
import { type Dimension, lineOf, wiredDimension } from '../topology/dimension.js';

/** What no algorithm can beat on a network, ns, and what sets it. */
export interface NetworkBound {
  readonly ns: number;
  readonly because: 'cut' | 'distance';
  /** Of a cut: the dimensions whose links cross it, and how many NPUs along them stand together on one side. */
  readonly dimensions: readonly number[];
  readonly width: number;
}

/** A collective on the dimensions that take part in it. */
export interface NetworkBoundRequest {
  readonly collective: Exclude<Collective, 'alltoallv'>;
  /** Dimensions as in a spec, or in shorthand. */
  readonly topology: CollectiveSpec['topology'];
  /** Bytes (or `"100 MiB"`) each rank enters with, at least 1. */
  readonly size: Quantity;
}

const schema = keys({
  collective: v.picklist([...SYMMETRIC_COLLECTIVES, ...ROOTED_COLLECTIVES]),
  topology: machineEntries.topology,
  size: quantity('bytes', { atLeast: 1, whole: true }),
});

/**
 * The least time of a collective on a network, whatever the algorithm: see {@link leastTime}.
 * @throws ConfigError with everything that is wrong.
 */
export function networkBound(request: NetworkBoundRequest): NetworkBound {
  const { collective, topology, size } = checkWithTopology(schema, request);
  return leastTime({ collective, dimensions: topology.map(wiredDimension), bytes: size });
}

interface Wanted {
  readonly collective: Collective;
  readonly dimensions: readonly Dimension[];
  /** Indices of these in the network; default 0, 1, ... */
  readonly indices?: readonly number[];
  readonly bytes: number;
  /** Of an alltoallv: the most bytes that one rank sends to others or receives from them. */
  readonly mostExchanged?: number | undefined;
}

/** Subsets of more dimensions than this are left out, all together and each alone are not. */
const MAX_SUBSET_DIMENSIONS = 10;

/**
 * The least time of a collective, whatever the algorithm, without reduction in the network and
 * without the simulator's rounding.
 *
 * *Cuts.* A set A of the n ranks has links of some bandwidth C to the others. What must cross:
 * - all-gather: everybody's data must reach everybody: `|others| * bytes` into A;
 * - reduce-scatter: each part that another rank ends with needs one partial sum from A at least:
 *   `|others| / n * bytes` out of A (of a single rank: (n-1)/n);
 * - all-to-all: `|A| * |others| / n * bytes` out of A;
 * - broadcast, reduce: `bytes` out of the part with the root, or into it; scatter, gather: what the others get or give;
 * - alltoallv: what the busiest rank sends to others or receives from them;
 * - all-reduce: cut the ranks into P parts that are alike. Of each element the parts must be
 *   combined (P - 1 messages between parts) and the result be handed out (P - 1 more). So the
 *   part that sends most sends at least `2 (P - 1) / P * bytes`; P = n gives the well-known 2(n-1)/n.
 *
 * The cuts: all ranks with the same coordinates in a set of dimensions (in all of them: one
 * NPU, whose links together are its injection bandwidth), which are left through the links of
 * these dimensions only; and, for all-to-all, arcs of any width along one dimension (half a
 * ring: its bisection).
 *
 * *Distance.* Every rank must hear of every other: the latency of the longest of all shortest ways.
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
    // Of an alltoallv only the whole traffic of single ranks is known.
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
    // Wider than half is the same cut from the other side.
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
    // All of it leaves the root's part, or enters it.
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
