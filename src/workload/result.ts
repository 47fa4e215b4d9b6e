import type { Warning } from '../base/warnings.js';
import type { Bounds } from '../bounds/bounds.js';
import type { Collective } from '../collectives/collective.js';
import type { FittedTime } from '../report/curve-time.js';
import type { EngineReport } from '../report/result.js';
import type { RooflineReport } from './roofline.js';

/** What became of one NPU. */
export interface NpuTimes {
  /** When it finished, ns. */
  readonly finishNs: number;
  /** Time that was not computation, ns: finish minus compute. */
  readonly exposedNs: number;
  /** Time during which at least one collective, send or receive was under way, ns. */
  readonly commNs: number;
  /** Time during which it computed, ns. */
  readonly gpuNs: number;
  /** Time during which it did both, at least, ns: gpu + comm - finish where positive. */
  readonly overlapNs: number;
  /** Of a replayed recording: the time of all nodes but those of the CPU, added up, ns. */
  readonly replayedNs?: number;
  /** What the roofline model makes of its computations; only where that is used and there are any. */
  readonly roofline?: RooflineReport;
}

/** When the nodes of an NPU's graph began and ended, ns, by ascending id. */
export interface NodeTimes {
  readonly startNs: readonly number[];
  readonly endNs: readonly number[];
}

/** Collectives of a workload that are alike. */
export interface CollectiveSummary {
  readonly collective: Collective;
  /** Bytes each rank enters with. */
  readonly bytes: number;
  readonly ranks: number;
  /** The communicator group; absent for all NPUs. */
  readonly group?: string;
  /** How many there were. */
  readonly count: number;
  /** From when the first rank began to when the last had finished, ns: the shortest and the longest of them. */
  readonly shortestNs: number;
  readonly longestNs: number;
  /** The curve or law whose time they take, in place of a simulation; only with `costs`. */
  readonly fitted?: FittedTime;
  /** How the shortest stands to the physical limit; absent for collectives given as graphs. Computed when read. */
  readonly bounds?: Bounds;
}

/** What became of a workload: plain data, safe for `JSON.stringify`. */
export interface WorkloadResult {
  /** When the last NPU has finished, ns. */
  readonly timeNs: number;
  /** What became of the NPU that finished last. */
  readonly times: NpuTimes;
  /** What became of each NPU, by id; present when that differs. */
  readonly timesByNpu?: readonly NpuTimes[];
  /** Of each NPU, by id; on request. NPUs that do the same share one. */
  readonly nodeTimes?: readonly NodeTimes[];
  readonly npus: number;
  readonly collectives: readonly CollectiveSummary[];
  readonly warnings: readonly Warning[];
  readonly engine: EngineReport;
}
