import type { DirectedLink, LinkGraph } from '../topology/link-graph.js';

/** In place of an NPU: all of them. */
export const EVERY_NPU = -1;

/**
 * A collective spelled out as transfers over the links of a graph, in flat columns because large
 * networks have a million of them.
 *
 * A chunk starts at `chunkSource` (at every NPU, each with its own contribution, when it is reduced)
 * and has to end at `chunkTarget`. Transfer i moves a chunk along a path of links. It leaves when
 * all transfers it needs have arrived, and it carries what they brought: see {@link checkSchedule}
 * for the exact meaning. Needs name earlier transfers only, so the list is in a causal order.
 *
 * `turn` keeps, for each link of each path, the position among all transfers over that link. A
 * schedule is planned with this order; played first come, first served it can take longer than
 * planned, but in this order it never does.
 */
export interface TransferSchedule {
  /** Per chunk. */
  readonly chunkSource: Int32Array;
  readonly chunkTarget: Int32Array;
  /** Per transfer. */
  readonly chunk: Int32Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly bytes: Float64Array;
  /** 1 when the receiver adds what arrives to what it has, 0 when it takes it as it is. */
  readonly reduces: Uint8Array;
  /** Links of transfer i: `path[pathStart[i]]` up to `path[pathStart[i + 1]]`, and their turns. */
  readonly pathStart: Int32Array;
  readonly path: Int32Array;
  readonly turn: Int32Array;
  /** Transfers that i waits for: `needs[needsStart[i]]` up to `needs[needsStart[i + 1]]`. */
  readonly needsStart: Int32Array;
  readonly needs: Int32Array;
  /** Where messages carry several chunks; without it each carries one. */
  readonly runs?: ChunkRuns;
  /** When the synthesiser means each transfer to start and to arrive, where it has a plan. */
  readonly plan?: TransferTimes;
}

/** Chunks that travel together. */
export interface ChunkRuns {
  /** Per transfer: how many chunks it carries, numbered in a row from `chunk[i]` on. */
  readonly length: Int32Array;
  /** Per chunk. */
  readonly chunkBytes: Float64Array;
}

/** Per transfer: start on the first link and arrival at the end, ns. */
export interface TransferTimes {
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
}

/** One transfer, as {@link ScheduleBuilder.add} takes it. */
export interface Transfer {
  readonly chunk: number;
  readonly from: number;
  readonly to: number;
  readonly path: readonly number[];
  readonly bytes: number;
  readonly reduces: boolean;
  readonly needs: readonly number[];
  readonly startNs?: number;
  readonly endNs?: number;
}

/** Collects transfers. On every link they take turns in the order in which they were added. */
export class ScheduleBuilder {
  private readonly chunkSource: number[] = [];
  private readonly chunkTarget: number[] = [];
  private readonly chunk: number[] = [];
  private readonly from: number[] = [];
  private readonly to: number[] = [];
  private readonly bytes: number[] = [];
  private readonly reduces: number[] = [];
  private readonly pathStart: number[] = [0];
  private readonly path: number[] = [];
  private readonly needsStart: number[] = [0];
  private readonly needs: number[] = [];
  private readonly startNs: number[] = [];
  private readonly endNs: number[] = [];

  /** Adds a chunk and returns its number. */
  addChunk(source: number, target: number): number {
    this.chunkTarget.push(target);
    return this.chunkSource.push(source) - 1;
  }

  /** Adds a transfer and returns its number. */
  add(transfer: Transfer): number {
    const { startNs, endNs } = transfer;
    this.from.push(transfer.from);
    this.to.push(transfer.to);
    this.bytes.push(transfer.bytes);
    this.reduces.push(transfer.reduces ? 1 : 0);
    for (const link of transfer.path) this.path.push(link);
    this.pathStart.push(this.path.length);
    for (const need of transfer.needs) this.needs.push(need);
    this.needsStart.push(this.needs.length);
    if (startNs !== undefined && endNs !== undefined) {
      this.startNs.push(startNs);
      this.endNs.push(endNs);
    }
    return this.chunk.push(transfer.chunk) - 1;
  }

  /** The schedule; it has a plan when every transfer came with its times. */
  build(): TransferSchedule {
    const path = Int32Array.from(this.path);
    const planned = this.startNs.length === this.chunk.length;
    return {
      chunkSource: Int32Array.from(this.chunkSource),
      chunkTarget: Int32Array.from(this.chunkTarget),
      chunk: Int32Array.from(this.chunk),
      from: Int32Array.from(this.from),
      to: Int32Array.from(this.to),
      bytes: Float64Array.from(this.bytes),
      reduces: Uint8Array.from(this.reduces),
      pathStart: Int32Array.from(this.pathStart),
      path,
      turn: turnsAsListed(path),
      needsStart: Int32Array.from(this.needsStart),
      needs: Int32Array.from(this.needs),
      ...(planned ? { plan: { startNs: Float64Array.from(this.startNs), endNs: Float64Array.from(this.endNs) } } : {}),
    };
  }
}

/** When the last transfer arrives, ns; 0 when there are none. */
export function finishNs({ endNs }: TransferTimes): number {
  let last = 0;
  for (const end of endNs) if (end > last) last = end;
  return last;
}

/** Turns on every link in the order of the list. */
export function turnsAsListed(path: Int32Array): Int32Array {
  const taken: number[] = [];
  return path.map((link) => {
    const turn = taken[link] ?? 0;
    taken[link] = turn + 1;
    return turn;
  });
}

/**
 * The same transfers, with the order on every link that a replay found. `hopStartNs` has the start
 * of each entry of `path`; entries that start at once keep the order of the list.
 */
export function inOrderOf(schedule: TransferSchedule, hopStartNs: Float64Array): TransferSchedule {
  const hops = Uint32Array.from(hopStartNs.keys());
  hops.sort((a, b) => (hopStartNs[a] as number) - (hopStartNs[b] as number) || a - b);
  const turn = new Int32Array(hops.length);
  const taken: number[] = [];
  for (const hop of hops) {
    const link = schedule.path[hop] as number;
    turn[hop] = taken[link] ?? 0;
    taken[link] = (taken[link] ?? 0) + 1;
  }
  return { ...schedule, turn };
}

/** How many chunks a transfer carries. */
export function runOf({ runs }: TransferSchedule, transfer: number): number {
  return runs === undefined ? 1 : (runs.length[transfer] as number);
}

/** For how long the busiest link sends, ns: no order of the messages is shorter. */
export function busiestNs({ chunk, bytes, path, pathStart }: TransferSchedule, { links }: LinkGraph): number {
  const busyNs = new Float64Array(links.length);
  for (let i = 0; i < chunk.length; i++) {
    for (let k = pathStart[i] as number; k < (pathStart[i + 1] as number); k++) {
      const link = path[k] as number;
      busyNs[link] = (busyNs[link] as number) + (bytes[i] as number) / (links[link] as DirectedLink).bandwidth;
    }
  }
  return busyNs.reduce((most, ns) => Math.max(most, ns), 0);
}

/** How many transfers use each link of a graph. */
export function transfersPerLink({ path }: TransferSchedule, { links }: LinkGraph): Int32Array {
  const count = new Int32Array(links.length);
  for (const link of path) count[link] = (count[link] as number) + 1;
  return count;
}

/** The columns of a schedule with this many messages, links on their ways and messages that they need; all zero. */
export function emptyColumns(messages: number, hops: number, needs: number) {
  return {
    chunk: new Int32Array(messages),
    from: new Int32Array(messages),
    to: new Int32Array(messages),
    bytes: new Float64Array(messages),
    reduces: new Uint8Array(messages),
    pathStart: new Int32Array(messages + 1),
    path: new Int32Array(hops),
    needsStart: new Int32Array(messages + 1),
    needs: new Int32Array(needs),
  };
}
