import type { Dimension } from './dimension.js';

/** NPUs in the whole network. */
export function totalNpus(dimensions: readonly Dimension[]): number {
  return dimensions.reduce((product, { npus }) => product * npus, 1);
}

/** Coordinates of an NPU: the digits of its id in the mixed radix of the dimensions, dimension 0 fastest. */
export function addressOf(id: number, dimensions: readonly Dimension[]): number[] {
  let rest = id;
  return dimensions.map(({ npus }) => {
    const digit = rest % npus;
    rest = Math.floor(rest / npus);
    return digit;
  });
}

/** The NPU at the given coordinates; inverse of {@link addressOf}. */
export function npuAt(address: readonly number[], dimensions: readonly Dimension[]): number {
  return dimensions.reduceRight((id, { npus }, d) => id * npus + (address[d] ?? 0), 0);
}

/** Growth of the id per step along each dimension. */
export function strides(dimensions: readonly Dimension[]): number[] {
  let stride = 1;
  return dimensions.map(({ npus }) => {
    const own = stride;
    stride *= npus;
    return own;
  });
}
