import type { Warning } from '../base/warnings.js';
import type { Collective } from '../collectives/collective.js';
import type { Endpoint } from '../costs/endpoint.js';
import type { Machine } from './machine.js';
import type { Phase } from './phases.js';

/** One collective, planned for a machine. */
export interface CollectivePlan {
  readonly collective: Collective;
  /** Bytes each rank enters with, as asked for. */
  readonly bytes: number;
  /** Ranks that take part. */
  readonly ranks: number;
  /** Phases of each chunk, in order. Chunks that are alike share one list. */
  readonly chunks: readonly (readonly Phase[])[];
  readonly endpoint: Endpoint;
  /** What the plan does that its author may not expect, or that no network could do. */
  readonly warnings: readonly Warning[];
  /** The rank that a rooted collective is from or to. */
  readonly root?: number;
  /** Of an alltoallv: the most bytes that one rank sends to others or receives from them. */
  readonly mostExchanged?: number;
  /** Whether a communicator group carries it out, not all NPUs. */
  readonly isOfGroup: boolean;
}

/** One collective on a machine that it has for itself: all that an engine needs to know. */
export interface CollectiveJob extends Machine, CollectivePlan {
  readonly endpoint: Endpoint;
  /** When each NPU starts, ns; undefined when all start at 0. */
  readonly startTimes: readonly number[] | undefined;
  /** The NPU of each rank; undefined when they are in order. */
  readonly members?: readonly number[];
}
