import type { TreePair } from './forestcoll/forest.js';
import { treeTransfers } from './forestcoll/tree-transfers.js';
import { EVERY_NPU, ScheduleBuilder, type TransferSchedule } from './schedule.js';

/** What can be made of trees. */
export type TreeCollective = 'all-gather' | 'all-reduce';

export interface TreeScheduleOptions {
  /** Size of the whole buffer, a whole number. */
  readonly bytes: number;
  /** Parts in which each tree carries its data, at least 1. */
  readonly pieces: number;
}

/** A collective over trees, and how messages rank on links: earlier pieces first. */
export interface KeyedSchedule {
  readonly schedule: TransferSchedule;
  /** Per entry of the schedule's `path`. */
  readonly keys: Float64Array;
}

/**
 * The schedule of a collective over trees. Pieces of one number go before those of the next: so the
 * broadcast of a piece goes before the reductions of later ones, and both directions of the trees stay
 * busy. Of one piece, messages go first that have more of their tree before them; of those that have as
 * much, those to the next NPU by number, so that not all send to the same.
 */
export function treeSchedule(
  pairs: readonly TreePair[],
  collective: TreeCollective,
  npus: number,
  { bytes, pieces }: TreeScheduleOptions,
): KeyedSchedule {
  const { chunks, transfers } = treeTransfers(pairs, bytes, pieces);
  const builder = new ScheduleBuilder();
  for (const { root } of chunks) builder.addChunk(collective === 'all-reduce' ? EVERY_NPU : root, EVERY_NPU);
  for (const { chunk, from, to, path, bytes: size, kind, after } of transfers) {
    builder.add({ chunk, from, to, path, bytes: size, reduces: kind === 'reduce', needs: after });
  }
  const schedule = builder.build();
  const heights = new Int32Array(transfers.length);
  let highest = 0;
  for (let i = transfers.length - 1; i >= 0; i--) {
    const height = heights[i] as number;
    highest = Math.max(highest, height);
    for (const need of transfers[i]?.after ?? []) heights[need] = Math.max(heights[need] as number, height + 1);
  }
  const keys = new Float64Array(schedule.path.length);
  for (const [i, { chunk, from, to }] of transfers.entries()) {
    const key =
      (chunks[chunk]?.piece ?? 0) * (highest + 1) - (heights[i] as number) + ((to - from + npus) % npus) / npus;
    keys.fill(key, schedule.pathStart[i], schedule.pathStart[i + 1]);
  }
  return { schedule, keys };
}
