import type { DimensionOrder, OrderRequest } from './dimension-order.js';

/** The dimensions in numbered order; reversed for an all-gather. */
export function naturalOrder({ collective, dimensions }: OrderRequest): number[] {
  const order = dimensions.map((_, d) => d);
  return collective === 'all-gather' ? order.reverse() : order;
}

/** Number of chunks of the recommended size, including a last partial one (docs/model.md, section 5). */
export function wholeChunks({ bytes, chunkBytes }: OrderRequest): number {
  return Math.ceil(bytes / chunkBytes);
}

/** Every chunk in the natural order, as in the reference. */
export const ascending: DimensionOrder = {
  name: 'ascending',
  turnsAtTheTop: true,
  order: (request) => {
    const chunk = { bytes: request.chunkBytes, order: naturalOrder(request) };
    return Array.from({ length: wholeChunks(request) }, () => chunk);
  },
};
