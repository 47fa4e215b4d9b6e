import { SimulationError } from '../base/errors.js';
import { EventQueue } from '../engine/event-queue.js';
import type { LinkGraph } from '../topology/link-graph.js';
import type { TransferSchedule, TransferTimes } from './schedule.js';
import { type Waiters, waitersOf } from './waiters.js';

/** In which order a link serves messages: as the schedule says, or as they arrive. */
export type LinkOrder = (typeof LINK_ORDERS)[number];

export const LINK_ORDERS = ['planned', 'first-come'] as const;

export interface ReplayOptions {
  readonly order: LinkOrder;
}

/** What a replay found. */
export interface Replay extends TransferTimes {
  /** Arrival of the last transfer, ns. */
  readonly finishNs: number;
  /** Start of every entry of the schedule's `path`, ns. */
  readonly hopStartNs: Float64Array;
}

/**
 * Plays a schedule on a store-and-forward network: a message starts on a link when all of it has
 * arrived there and the link is free, holds the link for bytes / bandwidth, and arrives one latency
 * after that. `planned`: links serve messages in the order of their turns, waiting where they must;
 * never later than the schedule's plan, because a plan holds links at least as long. `first-come`:
 * as they arrive, those of one moment in the order in which they came to be known.
 *
 * @throws SimulationError when turns and needs wait for one another in a circle.
 */
export function replay(
  schedule: TransferSchedule,
  graph: LinkGraph,
  { order }: ReplayOptions,
  waiters: Waiters = waitersOf(schedule),
): Replay {
  const player = new Player(schedule, graph, waiters);
  if (order === 'planned') player.playInTurn();
  else player.playAsTheyCome();
  return player.result();
}

/** The order in which links finish a schedule sooner, and when. */
export function bestOrder(schedule: TransferSchedule, graph: LinkGraph): { order: LinkOrder; finishNs: number } {
  const waiters = waitersOf(schedule);
  const planned = replay(schedule, graph, { order: 'planned' }, waiters).finishNs;
  const come = replay(schedule, graph, { order: 'first-come' }, waiters).finishNs;
  return planned <= come ? { order: 'planned', finishNs: planned } : { order: 'first-come', finishNs: come };
}

class Player {
  private readonly waiting: Int32Array;
  private readonly waitersStart: Int32Array;
  private readonly waiters: Int32Array;
  private readonly transferOfHop: Int32Array;
  /** When each transfer is complete at the hop it is waiting for. */
  private readonly readyNs: Float64Array;
  private readonly startNs: Float64Array;
  private readonly endNs: Float64Array;
  private readonly hopStartNs: Float64Array;
  private readonly freeNs: Float64Array;
  private arrived = 0;

  constructor(
    private readonly schedule: TransferSchedule,
    private readonly graph: LinkGraph,
    { waiting, waitersStart, waiters, transferOfHop }: Waiters,
  ) {
    const { chunk, path } = schedule;
    this.waiting = waiting.slice();
    this.waitersStart = waitersStart;
    this.waiters = waiters;
    this.transferOfHop = transferOfHop;
    this.readyNs = new Float64Array(chunk.length);
    this.startNs = new Float64Array(chunk.length);
    this.endNs = new Float64Array(chunk.length);
    this.hopStartNs = new Float64Array(path.length);
    this.freeNs = new Float64Array(graph.links.length);
  }

  /** A hop is settled once the hop before it, and the one whose turn is before, are: no clock. */
  playInTurn(): void {
    const { path, turn } = this.schedule;
    const nextTurn = new Int32Array(this.graph.links.length);
    const firstOnLink = new Int32Array(this.graph.links.length + 1);
    for (const link of path) firstOnLink[link + 1] = (firstOnLink[link + 1] as number) + 1;
    for (let i = 0; i < nextTurn.length; i++) {
      firstOnLink[i + 1] = (firstOnLink[i + 1] as number) + (firstOnLink[i] as number);
    }
    const hopAtTurn = new Int32Array(path.length);
    for (let hop = 0; hop < path.length; hop++) {
      hopAtTurn[(firstOnLink[path[hop] as number] as number) + (turn[hop] as number)] = hop;
    }
    const here = new Uint8Array(path.length);
    const work: number[] = [];
    const come = (hop: number) => {
      here[hop] = 1;
      if (turn[hop] === nextTurn[path[hop] as number]) work.push(hop);
    };
    this.begin(come);
    for (let hop = work.pop(); hop !== undefined; hop = work.pop()) {
      const link = path[hop] as number;
      const transfer = this.transferOfHop[hop] as number;
      const next = (firstOnLink[link] as number) + (nextTurn[link] as number) + 1;
      nextTurn[link] = (nextTurn[link] as number) + 1;
      if (next < (firstOnLink[link + 1] as number) && here[hopAtTurn[next] as number] === 1) {
        work.push(hopAtTurn[next] as number);
      }
      this.cross(hop, transfer, link, come);
    }
    if (this.arrived < this.waiting.length) {
      throw new SimulationError('the order on links and what transfers wait for form a circle', this.latest());
    }
  }

  playAsTheyCome(): void {
    const queue = new EventQueue();
    const come = (hop: number) => queue.schedule(this.readyNs[this.transferOfHop[hop] as number] as number, hop);
    this.begin(come);
    for (let hop = queue.take(); hop !== undefined; hop = queue.take()) {
      this.cross(hop, this.transferOfHop[hop] as number, this.schedule.path[hop] as number, come);
    }
    if (this.arrived < this.waiting.length) {
      throw new SimulationError('transfers wait for one another in a circle', this.latest());
    }
  }

  result(): Replay {
    const { startNs, endNs, hopStartNs } = this;
    return { finishNs: this.latest(), startNs, endNs, hopStartNs };
  }

  private latest(): number {
    let last = 0;
    for (const end of this.endNs) if (end > last) last = end;
    return last;
  }

  private begin(come: (hop: number) => void): void {
    const { needsStart } = this.schedule;
    for (let i = 0; i < this.waiting.length; i++) {
      if (needsStart[i] === needsStart[i + 1]) this.enter(i, come);
    }
  }

  /** Puts a transfer that waits for nothing more on its first link. */
  private enter(transfer: number, come: (hop: number) => void): void {
    const first = this.schedule.pathStart[transfer] as number;
    if (first === this.schedule.pathStart[transfer + 1]) {
      this.startNs[transfer] = this.readyNs[transfer] as number;
      this.arrive(transfer, come);
    } else come(first);
  }

  private cross(hop: number, transfer: number, link: number, come: (hop: number) => void): void {
    const { bandwidth, latency } = this.graph.links[link] as LinkGraph['links'][number];
    const { pathStart, bytes } = this.schedule;
    const start = Math.max(this.readyNs[transfer] as number, this.freeNs[link] as number);
    const free = start + (bytes[transfer] as number) / bandwidth;
    this.hopStartNs[hop] = start;
    this.freeNs[link] = free;
    this.readyNs[transfer] = free + latency;
    if (hop === pathStart[transfer]) this.startNs[transfer] = start;
    if (hop + 1 === pathStart[transfer + 1]) this.arrive(transfer, come);
    else come(hop + 1);
  }

  private arrive(transfer: number, come: (hop: number) => void): void {
    const end = this.readyNs[transfer] as number;
    this.endNs[transfer] = end;
    this.arrived++;
    for (let k = this.waitersStart[transfer] as number; k < (this.waitersStart[transfer + 1] as number); k++) {
      const waiter = this.waiters[k] as number;
      if (end > (this.readyNs[waiter] as number)) this.readyNs[waiter] = end;
      const left = (this.waiting[waiter] as number) - 1;
      this.waiting[waiter] = left;
      if (left === 0) this.enter(waiter, come);
    }
  }
}
