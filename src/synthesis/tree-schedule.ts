import type { TreePair } from './forestcoll/forest.js';
import { byRoot, type TreeMessage, treeChunks, treeMessages } from './forestcoll/tree-transfers.js';
import { EVERY_NPU, emptyColumns, type TransferSchedule, turnsAsListed } from './schedule.js';

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
  const sorted = byRoot(pairs);
  const chunks = treeChunks(sorted, bytes, pieces);
  const patterns = sorted.map((pair) => patternOf(pair, npus));
  const highest = patterns.reduce((most, { height }) => Math.max(most, height), 0);
  const sum = (of: (pattern: Pattern) => number) =>
    chunks.reduce((total, { pair }) => total + of(patterns[pair] as Pattern), 0);
  const count = sum(({ messages }) => messages.length);
  const hops = sum((pattern) => pattern.hops);
  const columns = emptyColumns(
    count,
    hops,
    sum((pattern) => pattern.needs),
  );
  const keys = new Float64Array(hops);
  let i = 0;
  let hop = 0;
  let need = 0;
  for (const [chunk, { pair, piece, bytes: size }] of chunks.entries()) {
    const { messages, keys: own } = patterns[pair] as Pattern;
    const first = i;
    for (let m = 0; m < messages.length; m++, i++) {
      const { from, to, path, kind, after } = messages[m] as TreeMessage;
      const key = piece * (highest + 1) + (own[m] as number);
      columns.chunk[i] = chunk;
      columns.from[i] = from;
      columns.to[i] = to;
      columns.bytes[i] = size;
      columns.reduces[i] = kind === 'reduce' ? 1 : 0;
      for (let k = 0; k < path.length; k++, hop++) {
        columns.path[hop] = path[k] as number;
        keys[hop] = key;
      }
      for (let k = 0; k < after.length; k++) columns.needs[need++] = first + (after[k] as number);
      columns.pathStart[i + 1] = hop;
      columns.needsStart[i + 1] = need;
    }
  }
  const source = collective === 'all-reduce' ? () => EVERY_NPU : ({ root }: { root: number }) => root;
  const schedule = {
    ...columns,
    chunkSource: Int32Array.from(chunks, source),
    chunkTarget: new Int32Array(chunks.length).fill(EVERY_NPU),
    turn: turnsAsListed(columns.path),
  };
  return { schedule, keys };
}

/** What all chunks of a pair of trees have in common. */
interface Pattern {
  readonly messages: readonly TreeMessage[];
  readonly hops: number;
  readonly needs: number;
  /** Messages in the longest chain, less one. */
  readonly height: number;
  /** Per message: its rank among those of one piece. */
  readonly keys: readonly number[];
}

function patternOf(pair: TreePair, npus: number): Pattern {
  const messages = treeMessages(pair);
  const heights = new Array<number>(messages.length).fill(0);
  for (let m = messages.length - 1; m >= 0; m--) {
    const height = (heights[m] as number) + 1;
    for (const need of messages[m]?.after ?? []) heights[need] = Math.max(heights[need] as number, height);
  }
  return {
    messages,
    hops: messages.reduce((sum, { path }) => sum + path.length, 0),
    needs: messages.reduce((sum, { after }) => sum + after.length, 0),
    height: heights.reduce((most, height) => Math.max(most, height), 0),
    keys: messages.map(({ from, to }, m) => ((to - from + npus) % npus) / npus - (heights[m] as number)),
  };
}
