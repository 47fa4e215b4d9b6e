import type { NcclMachine } from './machine.js';
import type { NcclAlgorithm, NcclCollective, NcclProtocol } from './names.js';

/** Bytes of a channel's buffer; every buffer has eight slots. */
const BUFFER_BYTES: Readonly<Record<NcclProtocol, number>> = { LL: 524_288, LL128: 4_915_200, Simple: 4_194_304 };
const SLOTS = 8;
/** A ring that keeps all ranks busy moves four slots at a time, in two slices. */
const RING_SLOTS = 4;
const KIB = 1024;
/** Each protocol moves whole units. */
const UNIT_BYTES: Readonly<Record<NcclProtocol, number>> = { LL: 16, LL128: 1920, Simple: 512 };

/**
 * Bytes that a channel passes on at a time. Chunks shrink if `channelBytes`, one channel's
 * part of the whole collective, would not fill the pipeline.
 */
export function chunkBytesOf(
  machine: NcclMachine,
  collective: NcclCollective,
  algorithm: NcclAlgorithm,
  protocol: NcclProtocol,
  channelBytes: number,
): number {
  const chunk = wholeChunk(collective, algorithm, protocol);
  const fitted = shrink(chunk, machine, collective, algorithm, protocol, channelBytes);
  const unit = UNIT_BYTES[protocol];
  return unit * Math.floor(fitted / unit);
}

function wholeChunk(collective: NcclCollective, algorithm: NcclAlgorithm, protocol: NcclProtocol): number {
  const slot = BUFFER_BYTES[protocol] / SLOTS;
  // Half of LL, and a sixteenth of LL128, are flags.
  if (protocol === 'LL') return slot / 2;
  if (protocol === 'LL128') return (slot * 15) / 16;
  const rooted = collective === 'broadcast' || collective === 'reduce';
  return algorithm === 'ring' && !rooted ? RING_SLOTS * slot : slot;
}

function shrink(
  whole: number,
  { nodes, gpusPerNode, nvls }: NcclMachine,
  collective: NcclCollective,
  algorithm: NcclAlgorithm,
  protocol: NcclProtocol,
  bytes: number,
): number {
  let chunk = whole;
  switch (algorithm) {
    case 'tree': {
      if (protocol !== 'LL128') return chunk;
      const depth = 1 + Math.floor(Math.log2(nodes)) + 0.1 * gpusPerNode;
      while (chunk > 128 * KIB && Math.floor(bytes / chunk) < (64 * depth) / gpusPerNode) chunk /= 2;
      while (chunk > 32 * KIB && Math.floor(bytes / chunk) < (16 * depth) / gpusPerNode) chunk /= 2;
      return chunk;
    }
    case 'nvls': {
      const heads = nvls?.channels ?? 0;
      chunk = Math.min(chunk, 128 * KIB);
      for (const [chunks, limit] of NVLS_STEPS) {
        if (bytes < chunks * heads * chunk) chunk = Math.min(chunk, limit);
      }
      return chunk;
    }
    case 'nvls-tree': {
      const heads = nvls?.channels ?? 0;
      chunk = Math.min(chunk, nodes >= 4 ? 64 * KIB : 128 * KIB);
      for (const [chunks, limit] of NVLS_TREE_STEPS) {
        if (bytes < chunks * heads * chunk) chunk = Math.min(chunk, limit);
      }
      return chunk;
    }
    case 'pat': {
      const filled = collective === 'reduce-scatter' ? 16 : 32;
      while (chunk > 64 * KIB && filled * chunk > bytes) chunk /= 2;
      return chunk;
    }
    default:
      return chunk;
  }
}

/** Pairs: below this many chunks per head, a chunk is at most this large. */
const NVLS_STEPS = [
  [64, 64 * KIB],
  [8, 32 * KIB],
  [2, 16 * KIB],
] as const;
const NVLS_TREE_STEPS = [
  [32, 256 * KIB],
  [16, 128 * KIB],
  [4, 64 * KIB],
  [1, 32 * KIB],
] as const;
