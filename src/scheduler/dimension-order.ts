import type { Collective } from '../collectives/collective.js';

/** A dimension as a policy sees it. */
export interface OrderedDimension {
  readonly npus: number;
  /** Bytes per ns. */
  readonly bandwidth: number;
  /** Takes part and has more than one rank. */
  readonly active: boolean;
}

/** What a policy is asked: in which order shall the chunks of this collective cross the dimensions? */
export interface OrderRequest {
  readonly collective: Collective;
  readonly dimensions: readonly OrderedDimension[];
  /** Bytes of the whole collective, and the size of chunk that its splits recommend. */
  readonly bytes: number;
  readonly chunkBytes: number;
}

/** One chunk: how large, and through which dimensions it goes in turn (all of them, inactive ones too). */
export interface OrderedChunk {
  readonly bytes: number;
  readonly order: readonly number[];
}

/**
 * A way to order dimensions, for each chunk of a collective in turn: a pure function of the
 * request. Adding one is a file with such an object and a line in {@link DIMENSION_ORDERS}.
 */
export interface DimensionOrder {
  readonly name: string;
  /** An all-reduce in `local-bw-aware` form keeps its all-reduce in the last dimension; else it goes all the way up and down. */
  readonly turnsAtTheTop: boolean;
  /** One chunk after the other: there may be millions. Those that are alike are best the same object. */
  readonly order: (request: OrderRequest) => Iterable<OrderedChunk>;
}
