import type { Collective } from '../collectives/collective.js';
import type { Phase } from '../collectives/plan.js';
import type { Dimension } from '../topology/dimension.js';
import type { Endpoint } from './endpoint.js';

/** One collective, planned: all that an engine needs to know. */
export interface CollectiveJob {
  readonly collective: Collective;
  readonly dimensions: readonly Dimension[];
  /** Phases of each chunk, in order. Chunks that are alike share one list. */
  readonly chunks: readonly (readonly Phase[])[];
  readonly endpoint: Endpoint;
  readonly activeChunks: number;
  readonly queuesPerDimension: number;
}

/** One phase of one chunk, as it happened. */
export interface PhaseSpan {
  readonly chunk: number;
  /** Position among the phases of the chunk. */
  readonly phase: number;
  readonly collective: Collective;
  /** Logical dimension (0 for the `one-…` algorithms). */
  readonly dimension: number;
  /** Position of the queue within its dimension. */
  readonly queue: number;
  readonly startNs: number;
  readonly endNs: number;
}
