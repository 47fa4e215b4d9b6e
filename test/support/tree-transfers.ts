import type { TreePair } from '../../src/synthesis/forestcoll/forest.js';
import { byRoot, treeChunks, treeMessages } from '../../src/synthesis/forestcoll/tree-transfers.js';

/** The messages of all chunks that travel along trees, numbered through. */
export function treeTransfers(pairs: readonly TreePair[], bytes: number, pieces: number) {
  const sorted = byRoot(pairs);
  const chunks = treeChunks(sorted, bytes, pieces);
  let first = 0;
  const transfers = chunks.flatMap(({ pair }, chunk) => {
    const messages = treeMessages(sorted[pair] as TreePair);
    const placed = messages.map((message) => ({ ...message, chunk, after: message.after.map((a) => first + a) }));
    first += messages.length;
    return placed;
  });
  return { chunks, transfers };
}
