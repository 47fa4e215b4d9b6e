import type { Collective } from './collective.js';

export interface Chunking {
  /** Chunks the collective is cut into. */
  readonly chunks: number;
  /** Bytes of each, the last included. */
  readonly chunkBytes: number;
}

/**
 * Cuts a collective into chunks (SPEC section 6). A chunk is at least one byte per NPU,
 * except in an all-gather; a last partial chunk counts as a whole one. `chunkBytes` is 0 for
 * an all-gather of fewer bytes than splits, which cannot be cut.
 */
export function cutIntoChunks(collective: Collective, bytes: number, splits: number, npus: number): Chunking {
  const even = Math.floor(bytes / splits);
  if (collective !== 'all-gather' && even < npus) return { chunks: splits, chunkBytes: npus };
  return { chunks: even === 0 ? 0 : Math.ceil(bytes / even), chunkBytes: even };
}
