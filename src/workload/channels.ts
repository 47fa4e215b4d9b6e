import { Divergence } from '../engine/divergence.js';

/** Messages of one kind from one NPU to another: sends and receives meet in order. */
export interface Channel {
  /** Running number. */
  readonly index: number;
  readonly bytes: number;
  /** Another of the same ends and tag. */
  readonly next: Channel | undefined;
  /** Messages that came before they were awaited. */
  arrived: number;
  /** The first and the last receive that waits, if any, by number of their nodes. */
  firstWaiting: number;
  lastWaiting: number;
  /** When and by which finish of that tick the last receive was posted. */
  postedAt: number;
  postedBy: number;
  /** When a message last came for a receive that waited, and which finish of that tick it was. */
  cameAt: number;
  cameBy: number;
}

const NONE = -1;

/** A factor that keeps two NPUs apart in one exact number. */
const RANGE = 2 ** 26;

/** Finds channels by what sends and receives are matched by: sender, receiver, size and tag. */
export class Channels {
  /** By sender and receiver, then by tag; those of other sizes hang on each other. */
  private readonly byEnds = new Map<number, Map<number, Channel>>();
  /** Per node of all NPUs: of a receive that waits, the one that waits behind it; made when the first one comes. */
  private behind = new Int32Array(0);
  private readonly nodes: number;
  private count = 0;

  constructor(nodes: number) {
    this.nodes = nodes;
  }

  of(from: number, to: number, bytes: number, tag: number): Channel {
    // A sender that the receiver does not know is -1.
    const ends = (from + 1) * RANGE + to;
    let byTag = this.byEnds.get(ends);
    if (byTag === undefined) {
      byTag = new Map();
      this.byEnds.set(ends, byTag);
    }
    const first = byTag.get(tag);
    for (let channel = first; channel !== undefined; channel = channel.next) {
      if (channel.bytes === bytes) return channel;
    }
    const channel = {
      index: this.count++,
      bytes,
      next: first,
      arrived: 0,
      firstWaiting: NONE,
      lastWaiting: NONE,
      postedAt: -1,
      postedBy: -1,
      cameAt: -1,
      cameBy: -1,
    };
    byTag.set(tag, channel);
    return channel;
  }

  /** A receive waits behind those that wait already. */
  await(channel: Channel, receive: number): void {
    if (this.behind.length === 0) this.behind = new Int32Array(this.nodes);
    this.behind[receive] = NONE;
    if (channel.firstWaiting === NONE) channel.firstWaiting = receive;
    else this.behind[channel.lastWaiting] = receive;
    channel.lastWaiting = receive;
  }

  /** Takes the receive that has waited longest. */
  next(channel: Channel): number | undefined {
    const receive = channel.firstWaiting;
    if (receive === NONE) return undefined;
    channel.firstWaiting = this.behind[receive] as number;
    return receive;
  }
}

/**
 * Two receives of one channel, posted in one tick by finishes that have no order of their own,
 * get each other's messages on other NPUs.
 */
export function checkPosts(channel: Channel, now: number, by: number): void {
  if (channel.postedAt === now && channel.postedBy !== by) throw new Divergence(now);
  channel.postedAt = now;
  channel.postedBy = by;
}
