import type { Collective } from '../collectives/collective.js';

/** A policy's view of a dimension. */
export interface OrderedDimension {
  readonly npus: number;
  /** Bytes per ns. */
  readonly bandwidth: number;
  /** Whether it takes part and has more than one rank. */
  readonly active: boolean;
}

/** Asks a policy in which order the chunks of a collective should cross the dimensions. */
export interface OrderRequest {
  readonly collective: Collective;
  readonly dimensions: readonly OrderedDimension[];
  /** Bytes of the whole collective, and the chunk size that its splits recommend. */
  readonly bytes: number;
  readonly chunkBytes: number;
}

/** A chunk's size and its order of dimensions (all of them, including inactive ones). */
export interface OrderedChunk {
  readonly bytes: number;
  readonly order: readonly number[];
}

/**
 * A policy that orders dimensions for each chunk of a collective: a pure function of the
 * request. To add one, write a file with such an object and a line in {@link DIMENSION_ORDERS}.
 */
export interface DimensionOrder {
  readonly name: string;
  /** Whether a `local-bw-aware` all-reduce does an all-reduce in its last dimension; else a reduce-scatter and an all-gather. */
  readonly turnsAtTheTop: boolean;
  /** Yields one chunk after the other: there may be millions. Equal chunks should be the same object. */
  readonly order: (request: OrderRequest) => Iterable<OrderedChunk>;
}
