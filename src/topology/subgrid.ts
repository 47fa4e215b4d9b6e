import { addressOf, strides } from './address.js';
import type { Dimension } from './dimension.js';

/** Some NPUs of a grid, as a part of it. */
export interface Subgrid {
  /** Numbers of the dimensions in which they differ. */
  readonly spans: readonly number[];
  /** Whether they are all combinations of some coordinates of each dimension. */
  readonly isWhole: boolean;
}

/** How NPUs, each listed once, lie in a grid. */
export function subgridOf(npus: readonly number[], dimensions: readonly Dimension[]): Subgrid {
  const digits = dimensions.map(() => new Set<number>());
  for (const npu of npus) for (const [d, digit] of addressOf(npu, dimensions).entries()) digits[d]?.add(digit);
  const combinations = digits.reduce((product, { size }) => product * size, 1);
  return {
    spans: digits.flatMap(({ size }, d) => (size > 1 ? [d] : [])),
    isWhole: combinations === npus.length,
  };
}

/**
 * Whether groups along axes that begin and end at these strides all lie alike in a grid and in blocks of `block` NPUs: no axis
 * breaks off in the middle of a dimension or a block.
 */
export function liesAlike(edges: readonly number[], dimensions: readonly Dimension[], block: number): boolean {
  const sizes = dimensions.reduce((product, { npus }) => product * npus, 1);
  const others = [...strides(dimensions), sizes, block];
  return edges.every((edge) => others.every((other) => edge % other === 0 || other % edge === 0));
}
