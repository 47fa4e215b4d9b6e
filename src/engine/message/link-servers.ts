import type { Dimension } from '../../topology/dimension.js';
import type { EventQueue } from '../event-queue.js';
import { eventOf, LINK, MESSAGE } from '../events.js';

const NONE = -1;

/** What one link did during a run. */
export interface LinkUse {
  readonly dimension: number;
  readonly bytes: number;
  readonly messages: number;
  /** Time during which it was occupied, ns. */
  readonly busyNs: number;
  /** Time that messages waited for it, added up, ns. */
  readonly waitedNs: number;
  /** Most messages that waited for it at once. */
  readonly longestQueue: number;
}

/** What one link did, and which it is. */
export interface LinkReport extends LinkUse {
  /** The NPU at the link's NPU end: the sender, or the receiver for a link that comes down from a switch. */
  readonly npu: number;
  /** Which of the NPU's links: `+1` and `-1` of a ring, `up` and `down` of a switch, `to 3` when fully connected. */
  readonly name: string;
}

/** Links that did the same. */
export interface LinkUses extends LinkUse {
  readonly links: number;
}

/** What all links of a network did. Those that carried nothing are left out. */
export interface LinkStatistics {
  /** Whether every link is idle with nothing waiting. */
  isQuiet(): boolean;
  /** In any order. */
  uses(): readonly LinkUses[];
  /** Each by itself, in order of dimension, NPU and link. */
  reports(): readonly LinkReport[];
}

/** Links that each NPU has in a dimension: two of a ring or a switch, one to every NPU where all are connected. */
export function linksPerNpu({ kind, npus }: Dimension): number {
  return kind === 'fully-connected' ? npus : 2;
}

/** Links of `npus` NPUs in a network. */
export function linkCount(dimensions: readonly Dimension[], npus: number): number {
  return dimensions.reduce((sum, dimension) => sum + linksPerNpu(dimension), 0) * npus;
}

/**
 * Links that serve one message at a time, first come first served. Numbered by
 * dimension, then by NPU, then by port.
 */
export class LinkServers {
  protected readonly dimensions: readonly Dimension[];
  protected readonly queue: EventQueue;
  protected readonly perNpu: readonly number[];
  /** Per dimension: its first link. */
  protected readonly base: readonly number[];
  /** Per message under way: its size. */
  protected readonly size: number[] = [];

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
  /** Per message under way: whose turn comes after it, and since when it waits. */
  private readonly next: number[] = [];
  private readonly since: number[] = [];

  /** Links that messages have entered so far. */
  traversals = 0;

  /** @param npus - how many NPUs have links of their own. */
  constructor(dimensions: readonly Dimension[], npus: number, queue: EventQueue) {
    this.dimensions = dimensions;
    this.queue = queue;
    this.perNpu = dimensions.map(linksPerNpu);
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

  isQuiet(): boolean {
    return !this.busy.includes(1);
  }

  /** What a link did; undefined when it carried nothing. */
  protected use(link: number): LinkUse | undefined {
    if (this.messages[link] === 0) return undefined;
    return {
      dimension: this.linkDimension[link] as number,
      bytes: this.bytes[link] as number,
      messages: this.messages[link] as number,
      busyNs: this.busyNs[link] as number,
      waitedNs: this.waitedNs[link] as number,
      longestQueue: this.longest[link] as number,
    };
  }

  protected get links(): number {
    return this.busy.length;
  }

  /** A message comes to a link. */
  protected enter(link: number, id: number): void {
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

  protected occupy(link: number, id: number): void {
    const { latency, bandwidth } = this.dimensions[this.linkDimension[link] as number] as Dimension;
    const bytes = this.size[id] as number;
    const serialisation = bytes / bandwidth;
    const occupied = Math.trunc(serialisation);
    this.busy[link] = 1;
    this.messages[link] = (this.messages[link] as number) + 1;
    this.bytes[link] = (this.bytes[link] as number) + bytes;
    this.busyNs[link] = (this.busyNs[link] as number) + occupied;
    // The arrival is scheduled before the link's release.
    this.queue.schedule(this.queue.now + Math.trunc(latency + serialisation), eventOf(MESSAGE, id));
    this.queue.schedule(this.queue.now + occupied, eventOf(LINK, link));
  }
}

/** What a link is called among those of its NPU. */
export function portName({ kind }: Dimension, port: number): string {
  switch (kind) {
    case 'ring':
      return port === 0 ? '+1' : '-1';
    case 'switch':
      return port === 0 ? 'up' : 'down';
    case 'fully-connected':
      return `to ${port}`;
  }
}
