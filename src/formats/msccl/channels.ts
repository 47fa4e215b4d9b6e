import type { Contributions } from './contributions.js';

export interface Message {
  readonly values: readonly Contributions[];
  /** Its number among the messages from the one GPU to the other, on all channels. */
  readonly tag: number;
  /** Name of the step. */
  readonly sentBy: string;
}

/** Messages on their way: per channel from one GPU to another they arrive in order, and sending never waits. */
export class Channels {
  readonly #queues = new Map<string, { readonly messages: Message[]; received: number }>();
  readonly #sent = new Map<string, number>();

  /** Returns the tag of the message. */
  send(from: number, to: number, channel: number, values: readonly Contributions[], sentBy: string): number {
    const tag = this.#sent.get(`${from} ${to}`) ?? 0;
    this.#sent.set(`${from} ${to}`, tag + 1);
    const key = keyOf(from, to, channel);
    const queue = this.#queues.get(key);
    if (queue === undefined) this.#queues.set(key, { messages: [{ values, tag, sentBy }], received: 0 });
    else queue.messages.push({ values, tag, sentBy });
    return tag;
  }

  has(from: number, to: number, channel: number): boolean {
    const queue = this.#queues.get(keyOf(from, to, channel));
    return queue !== undefined && queue.received < queue.messages.length;
  }

  receive(from: number, to: number, channel: number): Message | undefined {
    const queue = this.#queues.get(keyOf(from, to, channel));
    return queue?.messages[queue.received++];
  }

  /** The step that sent a message nobody received, if there is one. */
  unread(): string | undefined {
    for (const { messages, received } of this.#queues.values()) {
      const message = messages[received];
      if (message !== undefined) return message.sentBy;
    }
    return undefined;
  }
}

function keyOf(from: number, to: number, channel: number): string {
  return `${from} ${to} ${channel}`;
}
