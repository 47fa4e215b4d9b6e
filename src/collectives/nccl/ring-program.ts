import type { StepId } from '../builder-options.js';
import type { StepProgram } from '../step-program.js';
import { ChannelWriter, type NcclWire } from './channel-writer.js';

export type NcclRingCollective = 'all-reduce' | 'all-gather' | 'reduce-scatter' | 'broadcast' | 'reduce';

/** A collective on rings, as NCCL runs it. */
export interface NcclRingRequest {
  readonly collective: NcclRingCollective;
  /** Per channel: all ranks in the order of its ring. */
  readonly rings: readonly (readonly number[])[];
  /** Bytes per channel: of the buffer, or of a rank's share for an all-gather and a reduce-scatter. */
  readonly parts: readonly number[];
  /** Most bytes of data in a message. */
  readonly chunkBytes: number;
  /** For a broadcast and a reduce. */
  readonly root: number;
}

/** Messages that a request needs. */
export function countRingMessages({ collective, rings, parts, chunkBytes }: NcclRingRequest): number {
  const ranks = rings[0]?.length ?? 0;
  const perLoop = collective === 'all-reduce' ? ranks * chunkBytes : chunkBytes;
  const steps = collective === 'all-reduce' ? 2 * ranks * (ranks - 1) : ranks * (ranks - 1);
  const perChunk = collective === 'broadcast' || collective === 'reduce' ? ranks - 1 : steps;
  return parts.reduce((sum, bytes) => sum + Math.max(1, Math.ceil(bytes / perLoop)) * perChunk, 0);
}

/** Numbers the blocks of a channel after those of the channel before. */
export function ringBlocks({ collective, rings, parts, chunkBytes }: NcclRingRequest): number {
  const ranks = rings[0]?.length ?? 0;
  const loops = loopsOf(parts, collective === 'all-reduce' ? ranks * chunkBytes : chunkBytes);
  const total = loops.reduce((sum, count) => sum + count, 0);
  return collective === 'broadcast' || collective === 'reduce' ? total : total * ranks;
}

/**
 * Every channel has a ring and a part of the data, which it processes in loops of chunks, one step at a
 * time.
 */
export function ncclRingProgram(request: NcclRingRequest, wire: NcclWire): StepProgram {
  const writer = new ChannelWriter(wire);
  if (request.collective === 'broadcast' || request.collective === 'reduce') chain(writer, request);
  else circle(writer, request);
  return writer.build();
}

function loopsOf(parts: readonly number[], perLoop: number): number[] {
  return parts.map((bytes) => Math.max(1, Math.ceil(bytes / perLoop)));
}

/** Rounds in which every rank sends a chunk to the next: n - 1 to add, n - 1 to distribute. */
function circle(writer: ChannelWriter, { collective, rings, parts, chunkBytes }: NcclRingRequest): void {
  const ranks = rings[0]?.length ?? 0;
  const whole = collective === 'all-reduce';
  const perLoop = whole ? ranks * chunkBytes : chunkBytes;
  const loops = loopsOf(parts, perLoop);
  const most = loops.reduce((max, count) => Math.max(max, count), 0);
  const adding = collective === 'all-gather' ? 0 : ranks - 1;
  const rounds = whole ? 2 * (ranks - 1) : ranks - 1;
  /** Per channel and position on the ring: what it must wait for. */
  const last = rings.map((ring) => ring.map((rank) => writer.start(rank)));
  /** Loops of all channels before each, so that a rank's blocks are adjacent. */
  const before = loops.map((_, c) => loops.slice(0, c).reduce((sum, count) => sum + count, 0));
  const all = loops.reduce((sum, count) => sum + count, 0);
  for (const ring of rings) {
    for (const [at, rank] of ring.entries()) writer.expect(rank, ring[(at + 1) % ranks] as number);
  }
  for (let loop = 0; loop < most; loop++) {
    for (let round = 0; round < rounds; round++) {
      for (const [c, ring] of rings.entries()) {
        if (loop >= (loops[c] as number)) continue;
        const rest = Math.min(perLoop, (parts[c] as number) - loop * perLoop);
        const chunk = whole ? Math.ceil(rest / ranks) : rest;
        const adds = round < adding;
        // A sum starts one rank after the one that ends with it; distribution starts at the owner.
        const lag = adds ? round + (whole ? 0 : 1) : whole ? round : round - adding;
        const held = last[c] as (readonly StepId[])[];
        last[c] = ring.map((_, at) => {
          const position = (at - 1 + ranks) % ranks;
          const index = (((position - lag) % ranks) + ranks) % ranks;
          const bytes = whole ? Math.max(0, Math.min(chunk, rest - index * chunk)) : chunk;
          const owner = ring[index] as number;
          const block = owner * all + (before[c] as number) + loop;
          const ends = [ring[position] as number, ring[at] as number] as const;
          const after = held[position] as readonly StepId[];
          return [writer.pass(c, ends, { block, bytes }, after, adds, held[at])];
        });
      }
    }
  }
}

/** Chunk after chunk along the ring, cut before the root. */
function chain(writer: ChannelWriter, { collective, rings, parts, chunkBytes, root }: NcclRingRequest): void {
  const loops = loopsOf(parts, chunkBytes);
  const most = loops.reduce((max, count) => Math.max(max, count), 0);
  const before = loops.map((_, c) => loops.slice(0, c).reduce((sum, count) => sum + count, 0));
  const reduces = collective === 'reduce';
  const lines = rings.map((ring) => {
    const at = ring.indexOf(root) + (reduces ? 1 : 0);
    return [...ring.slice(at), ...ring.slice(0, at)];
  });
  /** Per channel and position: its last chunk, which the next one follows. */
  const last = lines.map((line) => line.map((rank) => writer.start(rank)));
  for (const line of lines) {
    for (let at = 1; at < line.length; at++) writer.expect(line[at - 1] as number, line[at] as number);
  }
  for (let loop = 0; loop < most; loop++) {
    for (const [c, line] of lines.entries()) {
      if (loop >= (loops[c] as number)) continue;
      const bytes = Math.min(chunkBytes, (parts[c] as number) - loop * chunkBytes);
      const block = (before[c] as number) + loop;
      const held = last[c] as (readonly StepId[])[];
      let came = held[0] as readonly StepId[];
      for (let at = 1; at < line.length; at++) {
        const ends = [line[at - 1] as number, line[at] as number] as const;
        came = [writer.pass(c, ends, { block, bytes }, came, reduces, held[at])];
        held[at] = came;
      }
    }
  }
}
