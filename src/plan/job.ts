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
  /** Channels in use. */
  readonly channels: number;
  readonly chunkBytes: number;
  /** NCCL's view of the machine. */
  readonly nodes: number;
  readonly gpusPerNode: number;
  readonly computeCapability: number;
  /** What its formula predicts, us; the result has the simulated time. */
  readonly predictedUs: number;
  readonly predictedLatencyUs: number;
  /** As a sentence. */
  readonly why: string;
  /** The candidates it compared, in order. */
  readonly candidates: readonly NcclCandidate[];
}

/** One collective, planned for a machine. */
export interface CollectivePlan {
  readonly collective: Collective;
  /** Bytes each rank enters with, as asked for. */
  readonly bytes: number;
  /** Ranks that take part. */
  readonly ranks: number;
  /** Phases of each chunk, in order. Equal chunks share one list. */
  readonly chunks: readonly (readonly Phase[])[];
  readonly endpoint: Endpoint;
  /** What the plan does that its author may not expect, or that no network could do. */
  readonly warnings: readonly Warning[];
  /** The root of a rooted collective. */
  readonly root?: number;
  /** For an alltoallv: the most bytes that one rank sends to others or receives from them. */
  readonly mostExchanged?: number;
  /** How NCCL would run it, if the spec asks for an NCCL algorithm. */
  readonly nccl?: NcclPlan;
  /** Whether it runs on a communicator group, not on all NPUs. */
  readonly isOfGroup: boolean;
}

/** One collective alone on a machine: all that an engine needs to know. */
export interface CollectiveJob extends Machine, CollectivePlan {
  readonly endpoint: Endpoint;
  /** When each NPU starts, ns; undefined when all start at 0. */
  readonly startTimes: readonly number[] | undefined;
  /** The NPU of each rank; undefined if they are in order. */
  readonly members?: readonly number[];
}
