import type { MessageEngine } from '../engine/message/message-engine.js';
import type { Continuations } from './continuations.js';

/** Messages of one kind from one NPU to another: sends and receives meet in order. */
interface Channel {
  /** Messages that came before they were awaited. */
  arrived: number;
  /** Receives that wait, in order. */
  readonly waiting: (() => void)[];
}

/**
 * Point-to-point messages. A send ends when its message arrives; a receive when its message
 * has arrived, matched by sender, receiver, size, tag and order.
 */
export class Channels {
  private readonly engine: MessageEngine;
  private readonly continuations: Continuations;
  private readonly channels = new Map<string, Channel>();

  constructor(engine: MessageEngine, continuations: Continuations) {
    this.engine = engine;
    this.continuations = continuations;
  }

  /** @param key - what sends and receives are matched by, sender and receiver included. */
  send(from: number, to: number, bytes: number, key: string, sent: () => void): void {
    const channel = this.channel(key);
    const arrived = () => {
      sent();
      const receive = channel.waiting.shift();
      if (receive === undefined) channel.arrived++;
      else receive();
    };
    this.engine.postWhenAsked(key, from, to, bytes, this.continuations.add(arrived));
  }

  receive(from: number, to: number, key: string, received: () => void): void {
    const post = () => this.post(key, received);
    if (this.engine.machine.rendezvous) this.engine.askFor(key, from, to, post);
    else post();
  }

  private post(key: string, received: () => void): void {
    const channel = this.channel(key);
    if (channel.arrived === 0) {
      channel.waiting.push(received);
      return;
    }
    // It came first: it is received as an event of this tick, not on the spot.
    channel.arrived--;
    this.engine.schedule(this.engine.now, this.continuations.add(received));
  }

  /** Messages that nobody received. */
  get unclaimed(): number {
    let total = 0;
    for (const { arrived } of this.channels.values()) total += arrived;
    return total;
  }

  private channel(key: string): Channel {
    let channel = this.channels.get(key);
    if (channel === undefined) {
      channel = { arrived: 0, waiting: [] };
      this.channels.set(key, channel);
    }
    return channel;
  }
}
