import type { Warning } from '../base/warnings.js';
import type { EngineName } from '../base/words.js';
import type { Bounds } from '../bounds/bounds.js';
import type { Collective } from '../collectives/collective.js';
import type { LinkReport } from '../engine/message/link-servers.js';
import type { MessageSpan } from '../engine/message/message-log.js';
import type { CircuitSpan, PhaseSpan } from '../engine/span.js';
import type { NcclPlan } from '../plan/job.js';
import type { DimensionKind } from '../topology/kinds.js';
import type { CurveTime } from './curve-time.js';

/** Totals of the links of one dimension. */
export interface LinkSummary {
  /** Links that carried anything. */
  readonly used: number;
  readonly bytes: number;
  /** Bytes of the busiest link. */
  readonly mostBytes: number;
  readonly messages: number;
  /** Longest time that one link was occupied, ns. */
  readonly mostBusyNs: number;
  /** Total time that messages waited for links, ns. */
  readonly waitedNs: number;
  /** Most messages that waited for one link at once. */
  readonly longestQueue: number;
  /** For circuits: how often one was set, and the longest time that one port spent on it, ns. */
  readonly reconfigurations?: number;
  readonly mostReconfiguringNs?: number;
}

/** Report on one dimension of the network. */
export interface DimensionReport {
  readonly dimension: number;
  /** Its wiring; `"graph"` for a tier of a graph. */
  readonly kind: DimensionKind | 'graph';
  /** Name of a tier. */
  readonly name?: string;
  readonly npus: number;
  /**
   * Bytes one NPU sent into this dimension, by the plan; for a tree, whose ranks differ, the mean. For
   * a tier: bytes of the busiest link.
   */
  readonly bytesSentPerNpu: number;
  /** Time a link needs for its bytes, ns: the longest occupied link if links are simulated, else a link that carries all that an NPU sends. */
  readonly wireNs: number;
  /**
   * Time during which at least one phase was running in this dimension, ns. With a flat
   * (`one-…`) algorithm, every dimension that carries its messages is busy throughout.
   */
  readonly busyNs: number;
  /**
   * wireNs / timeNs: share of the time in which one link was used. Never above 1 if links are
   * simulated. Otherwise, above 1 the model has left physics, unless an NPU has several links: up to npus - 1 if fully connected, 2 in a ring.
   */
  readonly utilisation: number;
  /** For a tier: the longest occupied link. */
  readonly busiestLink?: string;
  /** What its links did, in the congestion-aware network. */
  readonly links?: LinkSummary;
}

/** One of the phases that a chunk passes. */
export interface PhaseReport {
  readonly collective: Collective;
  /** Logical dimension; 0 for the `one-…` algorithms. */
  readonly dimension: number;
  readonly algorithm: string;
  /** Bytes each NPU enters it with, per chunk. */
  readonly bytes: number;
  /** Its duration for one chunk, ns; the longest over all chunks and NPUs. */
  readonly durationNs: number;
}

/** Chunks of one size that pass the same phases. */
export interface ChunkPlanReport {
  /** Number of chunks. */
  readonly chunks: number;
  /** The first chunk. */
  readonly first: number;
  /** Bytes of each. */
  readonly bytes: number;
  readonly phases: readonly PhaseReport[];
}

/** Which engine produced the numbers, and why. */
export interface EngineReport {
  readonly name: EngineName;
  readonly reason: string;
  /** Number of events. */
  readonly events: number;
  /** Messages it simulated one by one. */
  readonly messages: number;
}

/** The result: plain data, safe for `JSON.stringify`. */
export interface CollectiveResult {
  readonly collective: Collective;
  /** When the last NPU finishes, whole ns. */
  readonly timeNs: number;
  /** The same as timeNs. */
  readonly finishNs: number;
  /** When each NPU finishes, by id, ns; present if they do not all finish together. */
  readonly finishNsByNpu?: readonly number[];
  /** Bytes each NPU entered with, as asked for. */
  readonly bytes: number;
  /** Total buffer as nccl-tests counts it: n times `bytes` for an all-gather, else `bytes`. */
  readonly totalBytes: number;
  /** NPUs that take part in one collective. */
  readonly ranks: number;
  /** NPUs in the network. */
  readonly npus: number;
  /** totalBytes / timeNs: decimal GB/s, as nccl-tests defines it. */
  readonly algbwGBps: number;
  /** algbw times 2(n-1)/n for an all-reduce, (n-1)/n for the others; decimal GB/s. */
  readonly busbwGBps: number;
  readonly dimensions: readonly DimensionReport[];
  /** Index of the dimension whose links need longest for their bytes. */
  readonly bottleneck: number;
  /** How close the time is to the physical limit; computed on first read. */
  readonly bounds: Bounds;
  /** If a fitted curve gives the time: which curve, and the simulated time. */
  readonly fitted?: CurveTime;
  /** Number of chunks. */
  readonly chunks: number;
  /** NCCL's choice and its reason, if an NCCL algorithm ran. */
  readonly nccl?: NcclPlan;
  /** The different plans of chunks, in order of their first chunks. */
  readonly chunkPlans: readonly ChunkPlanReport[];
  readonly warnings: readonly Warning[];
  readonly engine: EngineReport;
  /** Every link that carried anything; present with `linkStatistics`. */
  readonly links?: readonly LinkReport[];
  /** Every phase of every chunk; present with `timeline`. */
  readonly timeline?: readonly PhaseSpan[];
  /** Every change of a circuit; present with `timeline` if a dimension has circuits. */
  readonly reconfigurations?: readonly CircuitSpan[];
  /** Every message in order of sending; present with `messageTimeline`. */
  readonly messageTimeline?: readonly MessageSpan[];
}
