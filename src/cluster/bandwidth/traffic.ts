import * as v from 'valibot';
import { keys, parse, whole } from '../../base/validate.js';

/** Collectives whose traffic has a closed form on a grid of dimensions. */
export const COLLECTIVES = ['all-reduce', 'reduce-scatter', 'all-gather', 'all-to-all'] as const;

export type GridCollective = (typeof COLLECTIVES)[number];

const size = whole(1, Number.MAX_SAFE_INTEGER);
const positive = v.pipe(
  v.number('bytes, at least 0'),
  v.finite('bytes, at least 0'),
  v.minValue(0, 'bytes, at least 0'),
);

const schema = keys({
  collective: v.picklist(COLLECTIVES),
  bytes: positive,
  sizes: v.array(size, 'a list of the NPUs along each dimension'),
});

/**
 * Bytes that one NPU sends in each dimension when a collective of `bytes` crosses them one
 * after the other (LIBRA, arXiv 2109.11762). An all-reduce is a reduce-scatter on the way up
 * and an all-gather on the way down, so the data shrink by the size of every dimension
 * they cross.
 *
 * @param bytes what an NPU enters with; for an all-gather its share.
 * @param sizes NPUs that take part along each dimension; 1 for a dimension that is not crossed.
 * @throws ConfigError
 */
export function bytesPerDimension(collective: GridCollective, bytes: number, sizes: readonly number[]): number[] {
  parse(schema, { collective, bytes, sizes });
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
