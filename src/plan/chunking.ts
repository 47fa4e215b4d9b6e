import type { Collective } from '../collectives/collective.js';

export interface Chunking {
  /** Bytes of the collective, perhaps more than asked for. */
  readonly bytes: number;
  /** Bytes of a chunk. 0 for an all-gather of fewer bytes than splits, which cannot be cut. */
  readonly chunkBytes: number;
}

/**
 * How a collective is cut into chunks (docs/model.md, section 5): evenly, but a chunk is at least one
 * byte per NPU except in an all-gather, which inflates a small collective.
 */
export function cutIntoChunks(collective: Collective, bytes: number, splits: number, npus: number): Chunking {
  const even = Math.floor(bytes / splits);
  if (collective !== 'all-gather' && even < npus) return { bytes: splits * npus, chunkBytes: npus };
  return { bytes, chunkBytes: even };
}
