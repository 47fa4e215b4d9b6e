import type { Place } from './algorithm.js';
import type { CollectiveClaim } from './collective-claim.js';
import type { Contributions } from './contributions.js';

/** What the buffers of all GPUs hold. */
export class Memory {
  readonly #claim: CollectiveClaim;
  /** Of each GPU, what has been written, by buffer and offset. */
  readonly #written = new Map<number, Map<string, Contributions>>();

  constructor(claim: CollectiveClaim) {
    this.#claim = claim;
  }

  /** Chunks of input on each GPU. */
  get inputs(): number {
    return this.#claim.inputs;
  }

  /** What is `i` chunks after a place; undefined when nobody has put anything there. */
  read(gpu: number, { buffer, offset }: Place, i: number): Contributions | undefined {
    const place = this.#claim.locate(gpu, { buffer, offset: offset + i });
    return this.#written.get(gpu)?.get(keyOf(place)) ?? this.#claim.initial(gpu, place);
  }

  write(gpu: number, { buffer, offset }: Place, i: number, value: Contributions): void {
    const key = keyOf(this.#claim.locate(gpu, { buffer, offset: offset + i }));
    const written = this.#written.get(gpu);
    if (written === undefined) this.#written.set(gpu, new Map([[key, value]]));
    else written.set(key, value);
  }
}

function keyOf({ buffer, offset }: Place): string {
  return `${buffer}${offset}`;
}
