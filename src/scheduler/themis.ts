import type { DimensionOrder, OrderedChunk, OrderedDimension, OrderRequest } from './dimension-order.js';

const MIB = 2 ** 20;

/**
 * Themis (arXiv 2110.04478) as in the reference (docs/model.md, section 12): each chunk goes first
 * to the least loaded dimension, by the time that each dimension needs for its bytes.
 * While loads differ by less than a sixteenth of a chunk, it keeps the natural order.
 */
export const themis: DimensionOrder = {
  name: 'themis',
  turnsAtTheTop: false,
  order: (request) =>
    schedule(request, (gap, recommended) => (gap < Math.floor(recommended / 16) ? undefined : recommended)),
};

/** Themis with chunks as large as the gap they fill. */
export const themisFlex: DimensionOrder = {
  name: 'themis-flex',
  turnsAtTheTop: false,
  order: (request) => schedule(request, (gap, recommended) => (gap < recommended ? undefined : gap)),
};

/**
 * Yields one chunk after the other; equal chunks are one object.
 * @param sizeFor - chunk size for a gap between the loads (bytes) and a recommended size;
 *   undefined if the gap is too small to matter.
 */
function* schedule(
  request: OrderRequest,
  sizeFor: (gap: number, recommended: number) => number | undefined,
): Generator<OrderedChunk> {
  const { dimensions, chunkBytes } = request;
  const gathers = request.collective === 'all-gather';
  const loads = dimensions.map(() => 0);
  const natural = dimensions.map((_, d) => d);
  const kept = new Map<string, { readonly order: readonly number[]; readonly bySize: Map<number, OrderedChunk> }>();
  let sorted: readonly number[] = natural;
  let left = request.bytes;
  while (left > 0) {
    const ordered = sorted.toSorted((a, b) => (loads[a] as number) - (loads[b] as number));
    if (gathers) ordered.reverse();
    sorted = ordered;
    const size = sizeFor(gapInBytes(dimensions, loads, sorted, gathers), chunkBytes);
    const bytes = Math.min(size ?? chunkBytes, left);
    const order = size === undefined ? natural : sorted;
    if (size === undefined) sorted = gathers ? natural.toReversed() : natural;
    charge(dimensions, loads, order, bytes, gathers, size === undefined);
    yield keep(order, bytes);
    left -= bytes;
  }

  function keep(order: readonly number[], bytes: number): OrderedChunk {
    const key = order.join();
    let same = kept.get(key);
    if (same === undefined) {
      same = { order, bySize: new Map() };
      kept.set(key, same);
    }
    let chunk = same.bySize.get(bytes);
    if (chunk === undefined) {
      chunk = { bytes, order: same.order };
      same.bySize.set(bytes, chunk);
    }
    return chunk;
  }
}

/** Bandwidth of a dimension relative to that of dimension 0. */
function relative(dimensions: readonly OrderedDimension[], d: number): number {
  return (dimensions[d] as OrderedDimension).bandwidth / (dimensions[0] as OrderedDimension).bandwidth;
}

/** Bytes that leave an NPU per byte of the chunk it enters with. */
function share({ npus }: OrderedDimension, gathers: boolean): number {
  return gathers ? npus - 1 : (npus - 1) / npus;
}

/** Bytes that would bring the least loaded dimension level with the most loaded one. */
function gapInBytes(
  dimensions: readonly OrderedDimension[],
  loads: readonly number[],
  sorted: readonly number[],
  gathers: boolean,
): number {
  const active = sorted.filter((d) => dimensions[d]?.active);
  const first = active[0] as number;
  const most = loads[gathers ? first : (sorted.at(-1) as number)] as number;
  const least = gathers ? (active.at(-1) as number) : first;
  // The order of these operations decides the last bit, and so whether a gap counts.
  const level = (most - (loads[least] as number)) * relative(dimensions, least);
  const bytes = Math.trunc((level / share(dimensions[least] as OrderedDimension, gathers)) * MIB);
  if (!gathers) return bytes;
  // Data for the last dimension have grown in every dimension before it.
  const before = active.slice(0, -1);
  return before.reduceRight((rest, d) => Math.trunc(rest / (dimensions[d] as OrderedDimension).npus), bytes);
}

/** Adds a chunk's load to each dimension it crosses in this order. */
function charge(
  dimensions: readonly OrderedDimension[],
  loads: number[],
  order: readonly number[],
  chunkBytes: number,
  gathers: boolean,
  natural: boolean,
): void {
  let bytes = chunkBytes;
  for (const d of order) {
    const { npus, active } = dimensions[d] as OrderedDimension;
    if (!active) continue;
    // Kept for parity: an all-gather in natural order charges the load of the mirrored dimension.
    const charged = gathers && natural ? dimensions.length - 1 - d : d;
    const cost = ((bytes / MIB) * share(dimensions[d] as OrderedDimension, gathers)) / relative(dimensions, d);
    loads[charged] = (loads[charged] as number) + cost;
    bytes = gathers ? bytes * npus : Math.floor(bytes / npus);
  }
}
