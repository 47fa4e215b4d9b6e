import type { Plan } from './plan.js';

/** When a message left and came. */
interface Arrival {
  readonly sentNs: number;
  readonly arrivedNs: number;
}

/** Messages that are on their way or wait to be received. */
export class Mail {
  readonly #arrivals = new Map<number, Arrival>();
  readonly #stages: number;
  readonly #tags: number;

  /** A pass has a tag each way; as many passes as a plan may have leave the keys far below 2^53. */
  constructor({ pipeline, microBatches, chunks }: Pick<Plan, 'pipeline' | 'microBatches' | 'chunks'>) {
    this.#stages = pipeline;
    this.#tags = 2 * microBatches * chunks;
  }

  send(from: number, to: number, tag: number, arrival: Arrival): void {
    this.#arrivals.set(this.#key(from, to, tag), arrival);
  }

  /** The message, once it has been sent. */
  take(from: number, to: number, tag: number): Arrival | undefined {
    const key = this.#key(from, to, tag);
    const arrival = this.#arrivals.get(key);
    if (arrival !== undefined) this.#arrivals.delete(key);
    return arrival;
  }

  #key(from: number, to: number, tag: number): number {
    return (from * this.#stages + to) * this.#tags + tag;
  }
}
