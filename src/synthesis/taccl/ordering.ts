import { ConfigError, show } from '../../base/errors.js';
import type { DirectedLink, LinkGraph } from '../../topology/link-graph.js';
import { checkIn, type SynthesisControls } from '../progress.js';
import { EVERY_NPU, ScheduleBuilder, type TransferSchedule } from '../schedule.js';
import { linkNs } from '../shortest-paths.js';
import type { ChunkRoute } from './routes.js';
import { type Sends, sendsOf } from './sends.js';

/**
 * By what the next send is chosen, with the numbers TACCL's program gives its heuristics. "Longest"
 * is the time from the send to the end of its path; equals go to nearby NPUs.
 * - 10: longest, then earliest. 13: the same, then sends inside the group a chunk comes from.
 * - 14: earliest, then inside the group, then longest. 15: earliest, then longest.
 * - 12, 18: for an all-gather to be reversed into a reduce-scatter. 18 ranks like 10, 12 by the sum
 *   over all paths instead of the longest. Sends of one chunk from one NPU wait for one another:
 *   reversed, an NPU adds to a chunk one contribution at a time.
 */
export type TacclVariant = 10 | 12 | 13 | 14 | 15 | 18;

export const TACCL_VARIANTS: readonly TacclVariant[] = [10, 12, 13, 14, 15, 18];

export interface OrderingOptions extends SynthesisControls {
  /** Bytes of every chunk. */
  readonly chunkBytes: number;
  /** Default 10. */
  readonly variant?: TacclVariant;
  /** NPUs of a group (a server) have consecutive numbers. Default: all are one group. */
  readonly groupSize?: number;
  /** Sets of NPUs behind a switch: between them, an NPU sends one message at a time and receives one. */
  readonly switches?: readonly (readonly number[])[];
}

const CHECK_EVERY = 1 << 12;

/**
 * Orders an all-gather over given routes, after the ordering stage of TACCL (arXiv 2111.04867): a
 * list scheduler. All sends whose chunk is there are candidates; the best by the variant's rule
 * starts as soon as chunk and link are free, and its link is busy for latency + bytes / bandwidth.
 * Nothing is filled in before a planned send, so the order of choice is the order on every link.
 *
 * @throws ConfigError on routes that are no trees, or a variant that does not exist.
 * @throws SimulationError when aborted.
 */
export function orderRoutes(
  graph: LinkGraph,
  routes: readonly ChunkRoute[],
  options: OrderingOptions,
): TransferSchedule {
  const { variant = 10 } = options;
  if (!TACCL_VARIANTS.includes(variant)) {
    throw new ConfigError([{ path: 'variant', expected: `one of ${TACCL_VARIANTS.join(', ')}`, got: show(variant) }]);
  }
  return new ListScheduler(graph, routes, options, variant).run();
}

class ListScheduler {
  private readonly sends: Sends;
  private readonly groupSize: number;
  private readonly earliestFirst: boolean;
  private readonly prefersOwnGroup: boolean;
  private readonly serial: boolean;
  private readonly busyNs: Float64Array;
  private readonly conflicts: readonly (readonly number[])[];
  private readonly linkFreeNs: Float64Array;
  private readonly readyNs: Float64Array;
  /** When a candidate could start, as of when it was last looked at; never later than the truth. */
  private readonly seenNs: Float64Array;
  /** Candidates as a binary heap by rank. */
  private readonly heap: number[] = [];

  constructor(
    private readonly graph: LinkGraph,
    private readonly routes: readonly ChunkRoute[],
    private readonly options: OrderingOptions,
    variant: TacclVariant,
  ) {
    const { chunkBytes, groupSize = graph.npus, switches = [] } = options;
    this.groupSize = groupSize;
    this.sends = sendsOf(routes, graph, { chunkBytes, groupSize, sums: variant === 12 });
    this.earliestFirst = variant === 14 || variant === 15;
    this.prefersOwnGroup = variant === 13 || variant === 14;
    this.serial = variant === 12 || variant === 18;
    this.busyNs = Float64Array.from(graph.links, (link) => linkNs(link, chunkBytes));
    this.conflicts = linksInConflict(graph, switches);
    this.linkFreeNs = new Float64Array(graph.links.length);
    this.readyNs = new Float64Array(this.sends.count);
    this.seenNs = new Float64Array(this.sends.count);
  }

  run(): TransferSchedule {
    const { sends, heap } = this;
    const startNs = new Float64Array(sends.count);
    const chosen: number[] = [];
    for (const roots of sends.roots) for (const send of roots) this.push(send, 0);
    for (let send = this.best(); send !== undefined; send = this.best()) {
      this.removeFirst();
      const start = this.seenNs[send] as number;
      const link = sends.link[send] as number;
      const end = start + (this.busyNs[link] as number);
      startNs[send] = start;
      chosen.push(send);
      this.linkFreeNs[link] = end;
      for (const other of this.conflicts[link] ?? []) {
        this.linkFreeNs[other] = Math.max(end, this.linkFreeNs[other] as number);
      }
      if (this.serial) this.holdSiblings(send, end);
      for (const next of sends.after[send] as readonly number[]) this.push(next, end);
      if (chosen.length % CHECK_EVERY === 0) checkIn(this.options, chosen.length / sends.count, start);
    }
    heap.length = 0;
    return this.schedule(chosen, startNs);
  }

  /**
   * Makes the other sends of a chunk from the same NPU wait. Published schedules except one: where
   * a path ends with this send, the candidate ranked next does not wait.
   */
  private holdSiblings(send: number, end: number): void {
    const { sends, readyNs } = this;
    const before = sends.before[send] as number;
    const siblings = before < 0 ? sends.roots[sends.chunk[send] as number] : sends.after[before];
    const exempt = (sends.after[send] as readonly number[]).length === 0 ? this.best() : undefined;
    for (const sibling of siblings as readonly number[]) {
      if (sibling !== exempt) readyNs[sibling] = Math.max(end, readyNs[sibling] as number);
    }
  }

  private push(send: number, readyNs: number): void {
    this.readyNs[send] = readyNs;
    this.seenNs[send] = this.earliest(send);
    this.heap.push(send);
    let i = this.heap.length - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = this.heap[parent] as number;
      if (this.precedes(above, send)) break;
      this.heap[i] = above;
      i = parent;
    }
    this.heap[i] = send;
  }

  /** The first candidate. Starts only move back, so a top that has not moved is truly the first. */
  private best(): number | undefined {
    for (let top = this.heap[0]; top !== undefined; top = this.heap[0]) {
      const earliest = this.earliest(top);
      if (earliest === this.seenNs[top]) return top;
      this.seenNs[top] = earliest;
      this.sink(top);
    }
    return undefined;
  }

  private removeFirst(): void {
    const last = this.heap.pop() as number;
    if (this.heap.length > 0) this.sink(last);
  }

  /** Puts a candidate in the first place and lets it sink to its own. */
  private sink(send: number): void {
    const { heap } = this;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.precedes(heap[child + 1] as number, heap[child] as number)) child++;
      const below = heap[child] as number;
      if (this.precedes(send, below)) break;
      heap[i] = below;
      i = child;
    }
    heap[i] = send;
  }

  private earliest(send: number): number {
    return Math.max(this.readyNs[send] as number, this.linkFreeNs[this.sends.link[send] as number] as number);
  }

  private precedes(a: number, b: number): boolean {
    const { remainingNs, tie } = this.sends;
    const earlier = (this.seenNs[a] as number) - (this.seenNs[b] as number);
    const longer = (remainingNs[b] as number) - (remainingNs[a] as number);
    const closer = this.prefersOwnGroup ? this.leavesGroup(a) - this.leavesGroup(b) : 0;
    const difference = this.earliestFirst ? earlier || closer || longer : longer || earlier || closer;
    return (difference || (tie[a] as number) - (tie[b] as number)) < 0;
  }

  /** 0 for a send inside the group its chunk comes from, 1 for others. */
  private leavesGroup(send: number): number {
    const { from, to } = this.graph.links[this.sends.link[send] as number] as DirectedLink;
    const { source } = this.routes[this.sends.chunk[send] as number] as ChunkRoute;
    const group = Math.floor(source / this.groupSize);
    return Math.floor(from / this.groupSize) === group && Math.floor(to / this.groupSize) === group ? 0 : 1;
  }

  private schedule(chosen: readonly number[], startNs: Float64Array): TransferSchedule {
    const { sends } = this;
    const builder = new ScheduleBuilder();
    for (const { source } of this.routes) builder.addChunk(source, EVERY_NPU);
    // Stable: of sends that start at once, one that needs another was chosen after it.
    const inTime = [...chosen].sort((a, b) => (startNs[a] as number) - (startNs[b] as number));
    const number = new Int32Array(sends.count);
    for (const send of inTime) {
      const link = sends.link[send] as number;
      const { from, to } = this.graph.links[link] as DirectedLink;
      const before = sends.before[send] as number;
      const start = startNs[send] as number;
      number[send] = builder.add({
        chunk: sends.chunk[send] as number,
        from,
        to,
        path: [link],
        bytes: this.options.chunkBytes,
        reduces: false,
        needs: before < 0 ? [] : [number[before] as number],
        startNs: start,
        endNs: start + (this.busyNs[link] as number),
      });
    }
    return builder.build();
  }
}

/** For each link, the links that share a port of a switch with it. */
function linksInConflict(
  { links }: LinkGraph,
  switches: readonly (readonly number[])[],
): readonly (readonly number[])[] {
  const conflicts: number[][] = links.map(() => []);
  for (const members of switches) {
    const set = new Set(members);
    const inside: number[] = [];
    for (const [i, { from, to }] of links.entries()) if (set.has(from) && set.has(to)) inside.push(i);
    for (const a of inside) {
      for (const b of inside) {
        const one = links[a] as DirectedLink;
        const other = links[b] as DirectedLink;
        if (a !== b && (one.from === other.from || one.to === other.to)) (conflicts[a] as number[]).push(b);
      }
    }
  }
  return conflicts;
}
