import type { Warning } from '../base/warnings.js';
import type { EngineReport } from '../report/result.js';
import type { RooflineReport } from './roofline.js';

/** One number when all NPUs have the same, else one per NPU by id. */
export type PerNpu = number | readonly number[];

/** What became of a workload: plain data, safe for `JSON.stringify`. */
export interface WorkloadResult {
  /** When the last NPU has finished, ns. */
  readonly timeNs: number;
  /** When each NPU has finished, ns. */
  readonly finishNs: PerNpu;
  /** Time that was not computation, ns: finish minus compute. */
  readonly exposedNs: PerNpu;
  /** Time during which at least one collective, send or receive was under way, ns. */
  readonly commNs: PerNpu;
  /** Time during which the NPU computed, ns. */
  readonly gpuNs: PerNpu;
  /** Time during which it did both, at least, ns: gpu + comm - finish where positive. */
  readonly overlapNs: PerNpu;
  /** What the roofline model makes of the computations; present where it is enabled, undefined for an NPU without any. */
  readonly roofline?: RooflineReport | readonly (RooflineReport | undefined)[];
  readonly npus: number;
  readonly warnings: readonly Warning[];
  readonly engine: EngineReport;
}
