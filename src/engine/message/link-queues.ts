import type { Switching } from '../../base/words.js';
import type { Network } from '../../topology/network.js';
import type { EventQueue } from '../event-queue.js';
import { eventOf, LINK, MESSAGE } from '../events.js';
import type { Ways } from './ways.js';

const NONE = -1;

/** What one link did during a run. */
export interface LinkUse {
  readonly link: number;
  readonly bytes: number;
  readonly messages: number;
  /** Time during which it was occupied, ns. */
  readonly busyNs: number;
  /** Time that messages waited for it, added up, ns. */
  readonly waitedNs: number;
  /** Most messages that waited for it at once. */
  readonly longestQueue: number;
}

/**
 * The queues of the congestion-aware network. Every link serves one message at a time, first
 * come first served. A message of s bytes that starts at t on a link of bandwidth B and latency
 * l occupies it until `t + trunc(s / B)` and is at the next device at `t + trunc(l + s / B)`.
 * When a link frees, the head of its queue starts at that instant. Within one tick the arrival
 * is scheduled before the release.
 *
 * *Cut-through* (virtual: a switch has room for what it cannot pass on). The head is at the
 * switch at `t + trunc(l)` and joins the queue of the next link at once; the tail is there at
 * `a = t + trunc(l + s / B)`. If the message starts on the next link (B', l') at t', bytes leave
 * as fast as B' allows but never before they came: the link is occupied until
 * `max(t' + trunc(s / B'), a)`, and the tail arrives at `max(t' + trunc(l' + s / B'), a + trunc(l'))`.
 * A slower link thus sets its own pace, a faster one has that of the link before.
 */
export class LinkQueues {
  private readonly network: Network;
  private readonly queue: EventQueue;
  private readonly cutThrough: boolean;

  /** Per link, looked up when it is first used: where it leads (-1 before), its speed. */
  private readonly ends: Int32Array;
  private readonly bandwidths: Float64Array;
  private readonly latencies: Float64Array;

  private readonly busy: Uint8Array;
  private readonly head: Int32Array;
  private readonly tail: Int32Array;
  private readonly waiting: Int32Array;
  private readonly longest: Int32Array;
  private readonly messages: Int32Array;
  private readonly bytes: Float64Array;
  private readonly busyNs: Float64Array;
  private readonly waitedNs: Float64Array;

  /** Per message under way: the device it reaches next, where it goes, its size, and whose turn comes after it. */
  private readonly at: number[] = [];
  private readonly to: number[] = [];
  private readonly size: number[] = [];
  private readonly next: number[] = [];
  private readonly since: number[] = [];
  /** When all of a message is at the device that it waits in. */
  private readonly whole: number[] = [];
  /** Of messages whose way is fixed: the ways, the place where it goes on, and that of its end. */
  private readonly ways: (Ways | undefined)[] = [];
  private readonly place: number[] = [];
  private readonly endPlace: number[] = [];

  /** Links that messages have entered so far. */
  traversals = 0;

  constructor(network: Network, queue: EventQueue, switching: Switching = 'store-and-forward') {
    const { links } = network;
    this.network = network;
    this.queue = queue;
    this.cutThrough = switching === 'cut-through';
    this.ends = new Int32Array(links).fill(NONE);
    this.bandwidths = new Float64Array(links);
    this.latencies = new Float64Array(links);
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
    this.whole[id] = this.queue.now;
    // To oneself: no link, but an event all the same.
    if (this.forward(id)) this.queue.schedule(this.queue.now, eventOf(MESSAGE, id));
  }

  /** Sends a message on the way that is fixed for a step of a program. */
  sendAlong(id: number, from: number, to: number, bytes: number, ways: Ways, step: number): void {
    this.ways[id] = ways;
    this.place[id] = ways.begin(step);
    this.endPlace[id] = ways.end(step);
    this.send(id, from, to, bytes);
  }

  /** Moves a message on from the device that it has reached; true when that is its destination. */
  forward(id: number): boolean {
    const ways = this.ways[id];
    if (ways !== undefined) return this.forwardAlong(id, ways);
    const link = this.network.next(this.at[id] as number, this.to[id] as number);
    if (link < 0) return true;
    this.enter(link, id);
    return false;
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

  /** What every link did, by number. Links that carried nothing are left out. */
  uses(): LinkUse[] {
    const uses: LinkUse[] = [];
    for (let link = 0; link < this.messages.length; link++) {
      if (this.messages[link] === 0) continue;
      uses.push({
        link,
        bytes: this.bytes[link] as number,
        messages: this.messages[link] as number,
        busyNs: this.busyNs[link] as number,
        waitedNs: this.waitedNs[link] as number,
        longestQueue: this.longest[link] as number,
      });
    }
    return uses;
  }

  private forwardAlong(id: number, ways: Ways): boolean {
    const place = this.place[id] as number;
    if (place === this.endPlace[id]) {
      // The number is used again, by messages that find their own way.
      this.ways[id] = undefined;
      return true;
    }
    this.place[id] = place + 1;
    if (!ways.comes(place, id)) return false;
    const link = ways.links[place] as number;
    this.enter(link, id);
    for (let next = ways.next(link); next >= 0; next = ways.next(link)) this.enter(link, next);
    return false;
  }

  private enter(link: number, id: number): void {
    this.traversals++;
    if (this.busy[link] === 0) this.occupy(link, id);
    else this.wait(link, id);
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

  private occupy(link: number, id: number): void {
    if (this.ends[link] === NONE) this.lookUp(link);
    const { now } = this.queue;
    const bytes = this.size[id] as number;
    const serialisation = bytes / (this.bandwidths[link] as number);
    const latency = this.latencies[link] as number;
    const end = this.ends[link] as number;
    let free = now + Math.trunc(serialisation);
    let arrival = now + Math.trunc(latency + serialisation);
    if (this.cutThrough) {
      const whole = this.whole[id] as number;
      free = Math.max(free, whole);
      arrival = Math.max(arrival, whole + Math.trunc(latency));
      this.whole[id] = arrival;
      if (end >= this.network.npus) arrival = now + Math.trunc(latency);
    }
    this.at[id] = end;
    this.busy[link] = 1;
    this.messages[link] = (this.messages[link] as number) + 1;
    this.bytes[link] = (this.bytes[link] as number) + bytes;
    this.busyNs[link] = (this.busyNs[link] as number) + free - now;
    this.queue.schedule(arrival, eventOf(MESSAGE, id));
    this.queue.schedule(free, eventOf(LINK, link));
  }

  private lookUp(link: number): void {
    this.ends[link] = this.network.end(link);
    this.bandwidths[link] = this.network.bandwidth(link);
    this.latencies[link] = this.network.latency(link);
  }
}
