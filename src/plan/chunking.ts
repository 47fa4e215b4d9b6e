import type { Collective } from '../collectives/collective.js';

export interface Chunking {
  /** Bytes of the collective, possibly more than asked for. */
  readonly bytes: number;
  /** Bytes of a chunk. 0 for an all-gather of fewer bytes than splits. */
  readonly chunkBytes: number;
}

/**
 * Cuts a collective into chunks (docs/model.md, section 5): evenly, but except in an all-gather a chunk
 * has at least one byte per NPU, which inflates a small collective.
 */
export function cutIntoChunks(collective: Collective, bytes: number, splits: number, npus: number): Chunking {
  const even = Math.floor(bytes / splits);
  if (collective !== 'all-gather' && even < npus) return { bytes: splits * npus, chunkBytes: npus };
  return { bytes, chunkBytes: even };
}
