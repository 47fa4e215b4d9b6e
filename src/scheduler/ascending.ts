import type { DimensionOrder, OrderRequest } from './dimension-order.js';

/** The dimensions as they are numbered; an all-gather goes the other way. */
export function naturalOrder({ collective, dimensions }: OrderRequest): number[] {
  const order = dimensions.map((_, d) => d);
  return collective === 'all-gather' ? order.reverse() : order;
}

/** Whole chunks of the recommended size, a last partial one included (docs/model.md, section 5). */
export function wholeChunks({ bytes, chunkBytes }: OrderRequest): number {
  return Math.ceil(bytes / chunkBytes);
}

/** Every chunk in the natural order: what the reference does. */
export const ascending: DimensionOrder = {
  name: 'ascending',
  turnsAtTheTop: true,
  order: (request) => {
    const chunk = { bytes: request.chunkBytes, order: naturalOrder(request) };
    return Array.from({ length: wholeChunks(request) }, () => chunk);
  },
};
