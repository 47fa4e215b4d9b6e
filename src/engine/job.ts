import type { Collective } from '../collectives/collective.js';
import type { Endpoint } from '../costs/endpoint.js';
import type { Phase } from '../plan/phases.js';
import type { WaitingOrder } from '../scheduler/waiting-order.js';
import type { Dimension } from '../topology/dimension.js';

/** Whether messages contend for links. */
export type NetworkModel = 'congestion-unaware' | 'congestion-aware';

export const NETWORK_MODELS: readonly NetworkModel[] = ['congestion-unaware', 'congestion-aware'];

/**
 * What a message pays for in the congestion-unaware network when its ends differ in several
 * dimensions: the lowest of these only (the reference), or each of them in turn.
 */
export type Routing = 'first-dimension' | 'dimension-order';

export const ROUTINGS: readonly Routing[] = ['first-dimension', 'dimension-order'];

/** The machine that a simulation runs on. */
export interface MachineModel {
  readonly dimensions: readonly Dimension[];
  readonly activeChunks: number;
  readonly queuesPerDimension: number;
  readonly network: NetworkModel;
  readonly routing: Routing;
  /** Order among the chunks that wait in a queue; undefined for order of arrival. */
  readonly waitingOrder: WaitingOrder | undefined;
}

/** One collective, planned. */
export interface CollectivePlan {
  /** Phases of each chunk, in order. Chunks that are alike share one list. */
  readonly chunks: readonly (readonly Phase[])[];
  readonly endpoint: Endpoint;
  /** NPUs that take part, by rank, when these are a group; undefined for all. */
  readonly members?: readonly number[];
}

/** One collective on a machine of its own: all that an engine needs to know. */
export interface CollectiveJob extends MachineModel, CollectivePlan {
  readonly collective: Collective;
  /** When each NPU starts, ns; undefined when all start at 0. */
  readonly startTimes: readonly number[] | undefined;
}

/** One phase of one chunk, as it happened. */
export interface PhaseSpan {
  /** The NPU; 0 stands for all of them where all do the same at the same time. */
  readonly npu: number;
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
