import { strides, totalNpus } from '../../topology/address.js';
import type { Dimension } from '../../topology/dimension.js';
import type { EventQueue } from '../event-queue.js';
import { eventOf, LINK, MESSAGE } from '../events.js';

const NONE = -1;

/** What one link did during a run. */
export interface LinkReport {
  readonly dimension: number;
  /** The NPU at the link's NPU end: the sender, or the receiver for a link that comes down from a switch. */
  readonly npu: number;
  /** Which of the NPU's links: `+1` and `-1` of a ring, `up` and `down` of a switch, `to 3` when fully connected. */
  readonly name: string;
  readonly bytes: number;
  readonly messages: number;
  /** Time during which it was occupied, ns. */
  readonly busyNs: number;
  /** Time that messages waited for it, added up, ns. */
  readonly waitedNs: number;
  /** Most messages that waited for it at once. */
  readonly longestQueue: number;
}

/** Links that each NPU has in a dimension: two of a ring or a switch, one to every NPU where all are connected. */
function linksPerNpu({ kind, npus }: Dimension): number {
  return kind === 'fully-connected' ? npus : 2;
}

/** Links of a whole network. */
export function linkCount(dimensions: readonly Dimension[]): number {
  const perNpu = dimensions.reduce((sum, dimension) => sum + linksPerNpu(dimension), 0);
  return perNpu * totalNpus(dimensions);
}

/**
 * The congestion-aware network: every link serves one message at a time, first come first
 * served, and a message is stored and forwarded along its route (docs/model.md, section 11). The route
 * corrects the address dimension by dimension, lowest first; rings go the shorter way, ties
 * clockwise; a switch joins the NPUs that share all other coordinates.
 *
 * Per NPU a ring has two links (clockwise, anticlockwise), a switch two (up, down), a fully
 * connected dimension one to every NPU.
 */
export class LinkNetwork {
  private readonly dimensions: readonly Dimension[];
  private readonly queue: EventQueue;
  private readonly stride: readonly number[];
  private readonly perNpu: readonly number[];
  private readonly base: readonly number[];

  private readonly linkDimension: Int32Array;
  private readonly busy: Uint8Array;
  private readonly head: Int32Array;
  private readonly tail: Int32Array;
  private readonly waiting: Int32Array;
  private readonly longest: Int32Array;
  private readonly messages: Int32Array;
  private readonly bytes: Float64Array;
  private readonly busyNs: Float64Array;
  private readonly waitedNs: Float64Array;

  /** Per message under way: where it is, where it goes, its size, and whose turn comes after it. */
  private readonly at: number[] = [];
  private readonly to: number[] = [];
  private readonly size: number[] = [];
  private readonly next: number[] = [];
  private readonly since: number[] = [];
  /** The dimension in whose switch a message is, or -1. */
  private readonly inSwitch: number[] = [];

  /** Links that messages have entered so far. */
  traversals = 0;

  constructor(dimensions: readonly Dimension[], queue: EventQueue) {
    this.dimensions = dimensions;
    this.queue = queue;
    this.stride = strides(dimensions);
    this.perNpu = dimensions.map(linksPerNpu);
    const npus = totalNpus(dimensions);
    let links = 0;
    this.base = this.perNpu.map((count) => {
      links += count * npus;
      return links - count * npus;
    });
    this.linkDimension = new Int32Array(links);
    for (const [d, start] of this.base.entries()) this.linkDimension.fill(d, start);
    this.busy = new Uint8Array(links);
    this.head = new Int32Array(links).fill(NONE);
    this.tail = new Int32Array(links).fill(NONE);
    this.waiting = new Int32Array(links);
    this.longest = new Int32Array(links);
    this.messages = new Int32Array(links);
    this.bytes = new Float64Array(links);
    this.busyNs = new Float64Array(links);
    this.waitedNs = new Float64Array(links);
  }

  /** Sends message `id` on its way. Its event comes whenever it reaches a device: call {@link forward} then. */
  send(id: number, from: number, to: number, bytes: number): void {
    this.at[id] = from;
    this.to[id] = to;
    this.size[id] = bytes;
    this.inSwitch[id] = NONE;
    // To oneself: no link, but an event all the same.
    if (this.forward(id)) this.queue.schedule(this.queue.now, eventOf(MESSAGE, id));
  }

  /** Moves a message on from the device that it has reached; true when that is its destination. */
  forward(id: number): boolean {
    const at = this.at[id] as number;
    const to = this.to[id] as number;
    const through = this.inSwitch[id] as number;
    if (through !== NONE) {
      const { npus } = this.dimensions[through] as Dimension;
      const stride = this.stride[through] as number;
      const below = at + ((Math.floor(to / stride) % npus) - (Math.floor(at / stride) % npus)) * stride;
      this.inSwitch[id] = NONE;
      this.at[id] = below;
      this.enter((this.base[through] as number) + below * 2 + 1, id);
      return false;
    }
    for (let d = 0; d < this.dimensions.length; d++) {
      const { kind, npus } = this.dimensions[d] as Dimension;
      const stride = this.stride[d] as number;
      const mine = Math.floor(at / stride) % npus;
      const theirs = Math.floor(to / stride) % npus;
      if (mine === theirs) continue;
      const base = this.base[d] as number;
      if (kind === 'ring') {
        const ahead = theirs > mine ? theirs - mine : theirs - mine + npus;
        const clockwise = 2 * ahead <= npus;
        const neighbour = clockwise ? (mine + 1 === npus ? 0 : mine + 1) : mine === 0 ? npus - 1 : mine - 1;
        this.at[id] = at + (neighbour - mine) * stride;
        this.enter(base + at * 2 + (clockwise ? 0 : 1), id);
      } else if (kind === 'switch') {
        this.inSwitch[id] = d;
        this.enter(base + at * 2, id);
      } else {
        this.at[id] = at + (theirs - mine) * stride;
        this.enter(base + at * npus + theirs, id);
      }
      return false;
    }
    return true;
  }

  /** A link's occupation has ended: the head of its queue starts at once. */
  release(link: number): void {
    const id = this.head[link] as number;
    if (id === NONE) {
      this.busy[link] = 0;
      return;
    }
    this.head[link] = this.next[id] as number;
    if (this.head[link] === NONE) this.tail[link] = NONE;
    this.waiting[link] = (this.waiting[link] as number) - 1;
    this.waitedNs[link] = (this.waitedNs[link] as number) + this.queue.now - (this.since[id] as number);
    this.occupy(link, id);
  }

  /** Whether every link is idle with nothing waiting. */
  isQuiet(): boolean {
    return !this.busy.includes(1);
  }

  /** What every link did, in order of dimension, NPU and link. Links that carried nothing are left out. */
  reports(): LinkReport[] {
    const reports: LinkReport[] = [];
    for (let link = 0; link < this.messages.length; link++) {
      if (this.messages[link] === 0) continue;
      const dimension = this.linkDimension[link] as number;
      const per = this.perNpu[dimension] as number;
      const local = link - (this.base[dimension] as number);
      reports.push({
        dimension,
        npu: Math.floor(local / per),
        name: this.nameOf(dimension, local % per),
        bytes: this.bytes[link] as number,
        messages: this.messages[link] as number,
        busyNs: this.busyNs[link] as number,
        waitedNs: this.waitedNs[link] as number,
        longestQueue: this.longest[link] as number,
      });
    }
    return reports;
  }

  private nameOf(dimension: number, which: number): string {
    switch ((this.dimensions[dimension] as Dimension).kind) {
      case 'ring':
        return which === 0 ? '+1' : '-1';
      case 'switch':
        return which === 0 ? 'up' : 'down';
      case 'fully-connected':
        return `to ${which}`;
    }
  }

  private enter(link: number, id: number): void {
    this.traversals++;
    if (this.busy[link] === 0) {
      this.occupy(link, id);
      return;
    }
    this.next[id] = NONE;
    this.since[id] = this.queue.now;
    const tail = this.tail[link] as number;
    if (tail === NONE) this.head[link] = id;
    else this.next[tail] = id;
    this.tail[link] = id;
    const waiting = (this.waiting[link] as number) + 1;
    this.waiting[link] = waiting;
    if (waiting > (this.longest[link] as number)) this.longest[link] = waiting;
  }

  private occupy(link: number, id: number): void {
    const { latency, bandwidth } = this.dimensions[this.linkDimension[link] as number] as Dimension;
    const bytes = this.size[id] as number;
    const serialisation = bytes / bandwidth;
    const occupied = Math.trunc(serialisation);
    this.busy[link] = 1;
    this.messages[link] = (this.messages[link] as number) + 1;
    this.bytes[link] = (this.bytes[link] as number) + bytes;
    this.busyNs[link] = (this.busyNs[link] as number) + occupied;
    // The arrival is scheduled before the link's release (docs/model.md, section 11).
    this.queue.schedule(this.queue.now + Math.trunc(latency + serialisation), eventOf(MESSAGE, id));
    this.queue.schedule(this.queue.now + occupied, eventOf(LINK, link));
  }
}
