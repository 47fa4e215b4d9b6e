import type { Warning } from '../base/warnings.js';
import type { Collective } from '../collectives/collective.js';
import type { Endpoint } from '../costs/endpoint.js';
import type { NcclCandidate } from '../costs/nccl/choose.js';
import type { NcclProtocol } from '../costs/nccl/names.js';
import type { Machine } from './machine.js';
import type { Phase } from './phases.js';

/** What NCCL would run, and why. */
export interface NcclPlan {
  readonly algorithm: 'ring' | 'tree' | 'pat';
  readonly protocol: NcclProtocol;
  /** Channels that get data. */
  readonly channels: number;
  readonly chunkBytes: number;
  /** The machine as NCCL sees it. */
  readonly nodes: number;
  readonly gpusPerNode: number;
  readonly computeCapability: number;
  /** What its formula predicts, us; the simulated time is the result's. */
  readonly predictedUs: number;
  readonly predictedLatencyUs: number;
  /** In words. */
  readonly why: string;
  /** What it compared, in its order. */
  readonly candidates: readonly NcclCandidate[];
}

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
  /** Where it is run as NCCL would: how. */
  readonly nccl?: NcclPlan;
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
