import { SimulationError } from '../base/errors.js';
import { EventQueue } from '../engine/event-queue.js';
import type { DirectedLink, LinkGraph } from '../topology/link-graph.js';
import type { TransferSchedule } from './schedule.js';
import { type Waiters, waitersOf } from './waiters.js';

/** When hops run: per entry of a schedule's `path` its start and its arrival at the other end, ns. */
export interface HopTimes {
  readonly finishNs: number;
  readonly hopStartNs: Float64Array;
  readonly hopEndNs: Float64Array;
}

/**
 * Plays a schedule on a store-and-forward network whose links choose: of the messages that wait, the
 * one with the least key goes first. `keys` has one number per entry of the schedule's `path`. Played in
 * the order of these starts, the schedule takes the same time.
 */
export function playByKeys(
  schedule: TransferSchedule,
  graph: LinkGraph,
  keys: Float64Array,
  waiters: Waiters = waitersOf(schedule),
): HopTimes {
  return new ListPlayer(schedule, graph, keys, waiters).play();
}

class ListPlayer {
  private readonly queue = new EventQueue();
  private readonly waiting: Int32Array;
  private readonly waitersStart: Int32Array;
  private readonly waiters: Int32Array;
  private readonly transferOfHop: Int32Array;
  private readonly hopStartNs: Float64Array;
  private readonly hopEndNs: Float64Array;
  private readonly busy: Uint8Array;
  /** Per link, the hops that wait for it: a heap by key. */
  private readonly heaps: number[][];
  private finishNs = 0;
  private left: number;

  constructor(
    private readonly schedule: TransferSchedule,
    private readonly graph: LinkGraph,
    private readonly keys: Float64Array,
    { waiting, waitersStart, waiters, transferOfHop }: Waiters,
  ) {
    const { path } = schedule;
    this.waiting = waiting.slice();
    this.waitersStart = waitersStart;
    this.waiters = waiters;
    this.transferOfHop = transferOfHop;
    this.hopStartNs = new Float64Array(path.length);
    this.hopEndNs = new Float64Array(path.length);
    this.busy = new Uint8Array(graph.links.length);
    this.heaps = Array.from(graph.links, () => []);
    this.left = path.length;
  }

  play(): HopTimes {
    const { queue } = this;
    for (let i = 0; i < this.waiting.length; i++) if (this.waiting[i] === 0) this.enter(i);
    // Even events are hops that reach their link, or whose message has arrived; odd ones links that choose.
    for (let event = queue.take(); event !== undefined; event = queue.take()) {
      if (event % 2 === 1) this.choose(event >> 1);
      else this.reach(event >> 1);
    }
    if (this.left > 0) throw new SimulationError('transfers wait for one another in a circle', this.finishNs);
    const { finishNs, hopStartNs, hopEndNs } = this;
    return { finishNs, hopStartNs, hopEndNs };
  }

  private enter(transfer: number): void {
    const first = this.schedule.pathStart[transfer] as number;
    if (first === this.schedule.pathStart[transfer + 1]) this.arrive(transfer);
    else this.join(first);
  }

  /** A hop waits for its link, which chooses once all that comes at this moment is there. */
  private join(hop: number): void {
    const link = this.schedule.path[hop] as number;
    this.push(this.heaps[link] as number[], hop);
    if (this.busy[link] === 1) return;
    this.busy[link] = 1;
    this.queue.schedule(this.queue.now, 2 * link + 1);
  }

  private choose(link: number): void {
    const hop = this.pop(this.heaps[link] as number[]);
    if (hop === undefined) {
      this.busy[link] = 0;
      return;
    }
    const { bandwidth, latency } = this.graph.links[link] as DirectedLink;
    const start = this.queue.now;
    const free = start + (this.schedule.bytes[this.transferOfHop[hop] as number] as number) / bandwidth;
    this.hopStartNs[hop] = start;
    this.hopEndNs[hop] = free + latency;
    // What arrives at a moment can still be chosen at that moment.
    this.queue.schedule(free + latency, 2 * hop);
    this.queue.schedule(free, 2 * link + 1);
  }

  private reach(hop: number): void {
    this.left--;
    const transfer = this.transferOfHop[hop] as number;
    if (hop + 1 === this.schedule.pathStart[transfer + 1]) this.arrive(transfer);
    else this.join(hop + 1);
  }

  private arrive(transfer: number): void {
    this.finishNs = Math.max(this.finishNs, this.queue.now);
    for (let k = this.waitersStart[transfer] as number; k < (this.waitersStart[transfer + 1] as number); k++) {
      const waiter = this.waiters[k] as number;
      const left = (this.waiting[waiter] as number) - 1;
      this.waiting[waiter] = left;
      if (left === 0) this.enter(waiter);
    }
  }

  private isBefore(a: number, b: number): boolean {
    const [first, second] = [this.keys[a] as number, this.keys[b] as number];
    return first < second || (first === second && a < b);
  }

  private push(heap: number[], hop: number): void {
    let at = heap.length;
    heap.push(hop);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.isBefore(hop, heap[above] as number)) break;
      heap[at] = heap[above] as number;
      at = above;
    }
    heap[at] = hop;
  }

  private pop(heap: number[]): number | undefined {
    const [least] = heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return least;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && this.isBefore(heap[below + 1] as number, heap[below] as number)) below++;
      if (!this.isBefore(heap[below] as number, last)) break;
      heap[at] = heap[below] as number;
      at = below;
    }
    heap[at] = last;
    return least;
  }
}
