import type { StepId } from '../builder-options.js';
import type { StepProgram } from '../step-program.js';
import { ChannelWriter, type NcclWire } from './channel-writer.js';

/** A tree over all ranks: the parent of each, -1 for the root. */
export type Parents = Int32Array;

/** An all-reduce over trees, as NCCL runs it. */
export interface NcclTreeRequest {
  /** One per channel. */
  readonly trees: readonly Parents[];
  /** Bytes per channel. */
  readonly parts: readonly number[];
  /** Most bytes of data in a message. */
  readonly chunkBytes: number;
}

/** Messages that a request needs. */
export function countTreeMessages({ trees, parts, chunkBytes }: NcclTreeRequest): number {
  const ranks = trees[0]?.length ?? 0;
  return parts.reduce((sum, bytes) => sum + 2 * (ranks - 1) * Math.max(1, Math.ceil(bytes / chunkBytes)), 0);
}

export function treeBlocks({ parts, chunkBytes }: NcclTreeRequest): number {
  return parts.reduce((sum, bytes) => sum + Math.max(1, Math.ceil(bytes / chunkBytes)), 0);
}

/**
 * Each chunk is summed up its channel's tree and sent back down. A rank forwards
 * chunks in order, upwards and downwards at the same time.
 */
export function ncclTreeProgram({ trees, parts, chunkBytes }: NcclTreeRequest, wire: NcclWire): StepProgram {
  const writer = new ChannelWriter(wire);
  const chunks = parts.map((bytes) => Math.max(1, Math.ceil(bytes / chunkBytes)));
  const most = chunks.reduce((max, count) => Math.max(max, count), 0);
  const before = chunks.map((_, c) => chunks.slice(0, c).reduce((sum, count) => sum + count, 0));
  const orders = trees.map(topDown);
  for (const parents of trees) {
    for (const [rank, parent] of parents.entries()) {
      if (parent < 0) continue;
      writer.expect(rank, parent);
      writer.expect(parent, rank);
    }
  }
  for (let chunk = 0; chunk < most; chunk++) {
    for (const [c, parents] of trees.entries()) {
      if (chunk >= (chunks[c] as number)) continue;
      const bytes = Math.min(chunkBytes, (parts[c] as number) - chunk * chunkBytes);
      const one = { block: (before[c] as number) + chunk, bytes };
      const order = orders[c] as readonly number[];
      const sums: (readonly StepId[])[] = Array.from(parents, (_, rank) => writer.start(rank));
      for (let i = order.length - 1; i > 0; i--) {
        const rank = order[i] as number;
        const parent = parents[rank] as number;
        const ready = sums[parent] as readonly StepId[];
        const added = writer.pass(c, [rank, parent], one, sums[rank] as readonly StepId[], true, ready);
        sums[parent] = [...ready, added];
      }
      const came: (readonly StepId[])[] = Array.from(parents, () => []);
      came[order[0] as number] = sums[order[0] as number] as readonly StepId[];
      for (const rank of order.slice(1)) {
        const parent = parents[rank] as number;
        came[rank] = [writer.pass(c, [parent, rank], one, came[parent] as readonly StepId[], false)];
      }
    }
  }
  return writer.build();
}

/** Ranks in an order where parents come before their children. */
function topDown(parents: Parents): number[] {
  const children: number[][] = Array.from(parents, () => []);
  const order: number[] = [];
  for (const [rank, parent] of parents.entries()) {
    if (parent < 0) order.push(rank);
    else children[parent]?.push(rank);
  }
  for (let i = 0; i < order.length; i++) order.push(...(children[order[i] as number] as number[]));
  return order;
}
