import type { Collective } from '../../collectives/collective.js';
import type { MscclAlgorithm, Place } from './algorithm.js';
import type { Contributions } from './contributions.js';

/**
 * What a collective promises, in chunks: `chunks` of the whole buffer, and for all but an
 * all-reduce a share of them, `chunks / gpus`, for each GPU.
 */
export class CollectiveClaim {
  readonly #collective: Collective;
  readonly #inPlace: boolean;
  readonly #chunks: number;
  readonly #gpus: number;
  readonly #share: number;

  constructor({ collective, inPlace, chunks, gpus }: MscclAlgorithm) {
    this.#collective = collective;
    this.#inPlace = inPlace;
    this.#chunks = chunks;
    this.#gpus = gpus.length;
    this.#share = chunks / gpus.length;
  }

  /** Chunks that each GPU enters with. */
  get inputs(): number {
    return this.#collective === 'all-gather' ? this.#share : this.#chunks;
  }

  /** Chunks that each GPU leaves with. */
  get outputs(): number {
    return this.#collective === 'reduce-scatter' ? this.#share : this.#chunks;
  }

  /** What chunk `index` of a GPU's output has to hold in the end. */
  expected(gpu: number, index: number): Contributions {
    const share = this.#share;
    const everyone = (chunk: number) => Array.from({ length: this.#gpus }, (_, from) => from * this.inputs + chunk);
    switch (this.#collective) {
      case 'all-reduce':
        return everyone(index);
      case 'reduce-scatter':
        return everyone(gpu * share + index);
      case 'all-gather':
        // Chunk k of GPU g is chunk g * share + k.
        return [index];
      case 'all-to-all':
        return [Math.floor(index / share) * this.inputs + gpu * share + (index % share)];
    }
  }

  /** What memory holds at first; `place` as {@link locate} gives it. */
  initial(gpu: number, { buffer, offset }: Place): Contributions | undefined {
    const isGathered = this.#inPlace && this.#collective === 'all-gather';
    const index = isGathered ? offset - gpu * this.#share : offset;
    if (buffer !== (isGathered ? 'o' : 'i') || index < 0 || index >= this.inputs) return undefined;
    return [gpu * this.inputs + index];
  }

  /** Where a chunk is in memory: in place, the smaller of input and output is a part of the larger. */
  locate(gpu: number, { buffer, offset }: Place): Place {
    if (!this.#inPlace) return { buffer, offset };
    const isSmaller = buffer === (this.#collective === 'all-gather' ? 'i' : 'o');
    if (!isSmaller) return { buffer, offset };
    if (this.#collective === 'all-gather') return { buffer: 'o', offset: gpu * this.#share + offset };
    return { buffer: 'i', offset: this.#collective === 'reduce-scatter' ? gpu * this.#share + offset : offset };
  }
}
