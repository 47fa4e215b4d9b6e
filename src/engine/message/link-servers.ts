import type { EventQueue } from '../event-queue.js';
import { eventOf, LINK, MESSAGE } from '../events.js';

const NONE = -1;

/** What one link did during a run. */
export interface LinkUse {
  readonly bytes: number;
  readonly messages: number;
  /** Time occupied, ns. */
  readonly busyNs: number;
  /** Total time that messages waited for it, ns. */
  readonly waitedNs: number;
  /** Most messages that waited for it at once. */
  readonly longestQueue: number;
  /** For a port on a circuit switch: how often its circuit was set, and how long that took, ns. */
  readonly reconfigurations?: number;
  readonly reconfiguringNs?: number;
}

/** One link and what it did. */
export interface LinkReport extends LinkUse {
  /** Dimension of a grid, or tier of a graph. */
  readonly dimension: number;
  /** The NPU of the link; in a graph, the device it leaves. */
  readonly npu: number;
  /** Which of the NPU's links, such as `+1`, `up`, `to 3`; in a graph, the full name. */
  readonly name: string;
}

/** Links that did the same. */
export interface LinkUses extends LinkUse {
  /** Dimension of a grid, or tier of a graph. */
  readonly dimension: number;
  readonly links: number;
}

/** What all links of a network did, without those that carried nothing. */
export interface LinkStatistics {
  /** Whether every link is idle and nothing waits. */
  isQuiet(): boolean;
  /** In any order. */
  uses(): readonly LinkUses[];
  /** One per link, in order of dimension, NPU and link. */
  reports(): readonly LinkReport[];
}

/** Links that serve one message at a time, first come first served. */
export abstract class LinkServers {
  protected readonly queue: EventQueue;
  protected readonly count: number;

  protected readonly busy: Uint8Array;
  private readonly head: Int32Array;
  private readonly tail: Int32Array;
  private readonly waiting: Int32Array;
  private readonly longest: Int32Array;
  private readonly messages: Int32Array;
  private readonly bytes: Float64Array;
  protected readonly busyNs: Float64Array;
  private readonly waitedNs: Float64Array;
  /** Per message in flight: the one behind it in the queue, and when it began to wait. */
  private readonly next: number[] = [];
  private readonly since: number[] = [];

  /** Links that messages have entered so far. */
  traversals = 0;

  constructor(links: number, queue: EventQueue) {
    this.queue = queue;
    this.count = links;
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
      bytes: this.bytes[link] as number,
      messages: this.messages[link] as number,
      busyNs: this.busyNs[link] as number,
      waitedNs: this.waitedNs[link] as number,
      longestQueue: this.longest[link] as number,
    };
  }

  /** A message reaches a link. */
  protected enter(link: number, id: number): void {
    this.traversals++;
    if (this.busy[link] === 0) this.occupy(link, id);
    else this.wait(link, id);
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

  /** Starts a message on a link, through {@link serve}. */
  protected abstract occupy(link: number, id: number): void;

  /** Occupies a link until `free`; the message reaches the next device at `arrival`. */
  protected serve(link: number, id: number, bytes: number, arrival: number, free: number): void {
    this.busy[link] = 1;
    this.messages[link] = (this.messages[link] as number) + 1;
    this.bytes[link] = (this.bytes[link] as number) + bytes;
    this.busyNs[link] = (this.busyNs[link] as number) + free - this.queue.now;
    // The arrival is scheduled before the link's release.
    this.queue.schedule(arrival, eventOf(MESSAGE, id));
    this.queue.schedule(free, eventOf(LINK, link));
  }

  private wait(link: number, id: number): void {
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
}
