import type { StepId } from '../builder-options.js';
import type { StepProgram } from '../step-program.js';
import { ChannelWriter, type NcclWire } from './channel-writer.js';

/** An all-gather or a reduce-scatter with one tree per rank's share, as NCCL runs it. */
export interface NcclPatRequest {
  readonly collective: 'all-gather' | 'reduce-scatter';
  readonly ranks: number;
  /** Bytes of a rank's share in each channel. */
  readonly parts: readonly number[];
  /** Most bytes of a rank's share that move at once. */
  readonly chunkBytes: number;
  /** Most bytes of a message: chunks of several ranks travel together. */
  readonly messageBytes: number;
}

/** Chunks of one share in each channel. */
function loopsOf({ parts, chunkBytes }: NcclPatRequest): number[] {
  return parts.map((bytes) => Math.max(1, Math.ceil(bytes / chunkBytes)));
}

export function patBlocks(request: NcclPatRequest): number {
  return loopsOf(request).reduce((sum, loops) => sum + loops, 0) * request.ranks;
}

/** Most messages that a request needs: one for each chunk that moves. */
export function countPatMessages(request: NcclPatRequest): number {
  return patBlocks(request) * (request.ranks - 1);
}

/**
 * Parallel aggregated trees (arXiv 2506.20252): each rank's share follows a binomial tree rooted at that rank, far
 * ranks first, and all trees advance together. So in each of log2(n) rounds a rank sends the chunks of all shares that
 * it has to one other, half as far each time. A reduce-scatter runs in reverse.
 */
export function ncclPatProgram(request: NcclPatRequest, wire: NcclWire): StepProgram {
  const { collective, ranks, parts, chunkBytes, messageBytes } = request;
  const writer = new ChannelWriter(wire);
  const adds = collective === 'reduce-scatter';
  const rounds = roundsOf(ranks, adds);
  for (const { step } of rounds) {
    const pairs = Array.from({ length: ranks }, (_, rank) => [rank, mod(rank + step, ranks)] as const);
    writer.expectTogether(pairs, parts.length);
  }
  const loops = loopsOf(request);
  const all = loops.reduce((sum, one) => sum + one, 0);
  const most = Math.max(...loops);
  const before = loops.map((_, c) => loops.slice(0, c).reduce((sum, one) => sum + one, 0));
  const held = loops.map(() => Array.from({ length: ranks }, (_, rank) => writer.start(rank)));
  for (let loop = 0; loop < most; loop++) {
    // What has arrived in this loop: a send waits for all of it.
    const came = loops.map(() => Array.from({ length: ranks }, (): StepId[] => []));
    for (const { step, offsets } of rounds) {
      for (const [c, count] of loops.entries()) {
        if (loop >= count) continue;
        const bytes = Math.min(chunkBytes, (parts[c] as number) - loop * chunkBytes);
        const together = Math.min(ranks, Math.max(1, Math.floor(messageBytes / bytes)));
        const [earlier, own] = [held[c] as (readonly StepId[])[], came[c] as StepId[][]];
        const arrived = Array.from({ length: ranks }, (_, rank) => {
          const to = mod(rank + step, ranks);
          const blocks = offsets.map((offset) => mod(rank - offset, ranks) * all + (before[c] as number) + loop);
          const after = [...(earlier[rank] as readonly StepId[]), ...(own[rank] as StepId[])];
          const ready = [...(earlier[to] as readonly StepId[]), ...(own[to] as StepId[])];
          return cut(blocks, together).map((block) =>
            writer.pass(c, [rank, to], { block, bytes: bytes * block.length }, after, adds, ready),
          );
        });
        for (const [rank, ids] of arrived.entries()) own[mod(rank + step, ranks)]?.push(...ids);
      }
    }
    for (const [c, own] of came.entries()) {
      for (const [rank, ids] of own.entries()) if (ids.length > 0) (held[c] as (readonly StepId[])[])[rank] = ids;
    }
  }
  return writer.build();
}

/** Per round: how far a rank sends, and how far behind it the owners of the shares are. */
function roundsOf(ranks: number, adds: boolean): { readonly step: number; readonly offsets: readonly number[] }[] {
  const distances: number[] = [];
  for (let distance = 1; distance < ranks; distance *= 2) distances.push(distance);
  if (!adds) distances.reverse();
  return distances.map((distance) => {
    // In a share's tree, the rank at offset o receives from offset o minus the lowest power of two in o.
    const offsets: number[] = [];
    for (let offset = 0; offset + distance < ranks; offset += 2 * distance) offsets.push(offset);
    return adds
      ? { step: -distance, offsets: offsets.map((offset) => offset + distance) }
      : { step: distance, offsets };
  });
}

function cut<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}

function mod(value: number, length: number): number {
  return ((value % length) + length) % length;
}
