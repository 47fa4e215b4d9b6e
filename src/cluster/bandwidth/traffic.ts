/** Collectives whose traffic has a closed form on a grid of dimensions. */
export const COLLECTIVES = ['all-reduce', 'reduce-scatter', 'all-gather', 'all-to-all'] as const;

export type GridCollective = (typeof COLLECTIVES)[number];

/**
 * Bytes that one NPU sends in each dimension when a collective of `bytes` crosses them one
 * after the other (LIBRA, arXiv 2109.11762): an all-reduce as a reduce-scatter on the way up
 * and an all-gather on the way down, so that the data shrink by the size of every dimension
 * they have crossed.
 *
 * @param bytes what an NPU enters with; for an all-gather its share.
 * @param sizes NPUs that take part along each dimension; 1 where the dimension is not crossed.
 */
export function bytesPerDimension(collective: GridCollective, bytes: number, sizes: readonly number[]): number[] {
  if (collective === 'all-to-all') return sizes.map((size) => (bytes * (size - 1)) / size);
  if (collective === 'all-gather') {
    // The share grows from the last dimension to the first.
    const members = sizes.reduce((product, size) => product * size, 1);
    let before = 1;
    return sizes.map((size) => {
      before *= size;
      return bytes * (members / before) * (size - 1);
    });
  }
  const passes = collective === 'all-reduce' ? 2 : 1;
  let left = bytes;
  return sizes.map((size) => {
    const sent = (passes * left * (size - 1)) / size;
    left /= size;
    return sent;
  });
}
