import { naturalOrder, wholeChunks } from './ascending.js';
import type { DimensionOrder } from './dimension-order.js';

/** The natural order, starting one dimension later for each chunk (docs/model.md, section 12). */
export const roundRobin: DimensionOrder = {
  name: 'round-robin',
  turnsAtTheTop: true,
  order: (request) => {
    const natural = naturalOrder(request);
    const orders = natural.map((_, turn) => [...natural.slice(turn), ...natural.slice(0, turn)]);
    const chunks = orders.map((order) => ({ bytes: request.chunkBytes, order }));
    return Array.from({ length: wholeChunks(request) }, (_, i) => chunks[i % chunks.length] as (typeof chunks)[number]);
  },
};
