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

/** What the links of one dimension did together. */
export interface LinkSummary {
  /** Links that carried anything. */
  readonly used: number;
  readonly bytes: number;
  /** Bytes of the link that carried most. */
  readonly mostBytes: number;
  readonly messages: number;
  /** Longest time that one link was occupied, ns. */
  readonly mostBusyNs: number;
  /** Time that messages waited for links, added up, ns. */
  readonly waitedNs: number;
  /** Most messages that waited for one link at once. */
  readonly longestQueue: number;
  /** Of circuits: how often one was set, and the longest time that one port spent on it, ns. */
  readonly reconfigurations?: number;
  readonly mostReconfiguringNs?: number;
}

/** What one dimension of the network did. */
export interface DimensionReport {
  readonly dimension: number;
  /** How it is wired; `"graph"` for a tier of a graph. */
  readonly kind: DimensionKind | 'graph';
  /** Of a tier: its name. */
  readonly name?: string;
  readonly npus: number;
  /**
   * Bytes one NPU sent into this dimension, by the plan; of a tree, whose ranks differ, the mean. Of
   * a tier: bytes of the link that carried most.
   */
  readonly bytesSentPerNpu: number;
  /** Time a link needs for its bytes, ns: the one that was occupied longest where links are simulated, else one that carries all that an NPU sends. */
  readonly wireNs: number;
  /**
   * Time during which at least one phase was under way in this dimension, ns. Of a flat
   * (`one-…`) algorithm every dimension that carries its messages is busy throughout.
   */
  readonly busyNs: number;
  /**
   * wireNs / timeNs: share of the time in which one link was used. Never above 1 where links are
   * simulated. Elsewhere, above 1 the model has left physics, except where an NPU has several links: up to npus - 1 when fully connected, 2 in a ring.
   */
  readonly utilisation: number;
  /** Of a tier: the link that was occupied longest. */
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
  /** How long it lasts for one chunk, ns; the longest over all chunks and NPUs where that differs. */
  readonly durationNs: number;
}

/** Chunks of one size that pass the same phases. */
export interface ChunkPlanReport {
  /** How many chunks. */
  readonly chunks: number;
  /** The first of them. */
  readonly first: number;
  /** Bytes of each. */
  readonly bytes: number;
  readonly phases: readonly PhaseReport[];
}

/** Which engine produced the numbers, and why that one. */
export interface EngineReport {
  readonly name: EngineName;
  readonly reason: string;
  /** Events that it took. */
  readonly events: number;
  /** Messages it simulated one by one. */
  readonly messages: number;
}

/** The answer: plain data, safe for `JSON.stringify`. */
export interface CollectiveResult {
  readonly collective: Collective;
  /** When the last NPU has finished, ns: whole. */
  readonly timeNs: number;
  /** When the last NPU has finished, ns: the same as timeNs. */
  readonly finishNs: number;
  /** When each NPU has finished, by id, ns; present when they do not all finish together. */
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
  /** How near the time is to the physical limit; computed when it is first read. */
  readonly bounds: Bounds;
  /** Where a fitted curve gives the time: which, and what the simulation came to. */
  readonly fitted?: CurveTime;
  /** Chunks the data were cut into. */
  readonly chunks: number;
  /** Where it is run as NCCL would: what it chose, and why. */
  readonly nccl?: NcclPlan;
  /** The ways that chunks take through the network, in order of the first chunk that takes each. */
  readonly chunkPlans: readonly ChunkPlanReport[];
  readonly warnings: readonly Warning[];
  readonly engine: EngineReport;
  /** What every link did that carried anything; present when `linkStatistics` was asked for. */
  readonly links?: readonly LinkReport[];
  /** Every phase of every chunk; present when `timeline` was asked for. */
  readonly timeline?: readonly PhaseSpan[];
  /** Every change of a circuit; present when `timeline` was asked for and a dimension has circuits. */
  readonly reconfigurations?: readonly CircuitSpan[];
  /** Every message in order of sending; present when `messageTimeline` was asked for. */
  readonly messageTimeline?: readonly MessageSpan[];
}
