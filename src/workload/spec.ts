import type { Quantity } from '../base/units.js';
import type { Decomposition } from '../base/words.js';
import type { AlgorithmName } from '../collectives/algorithms.js';
import type { Collective } from '../collectives/collective.js';
import type { NcclOptions } from '../costs/nccl/options.js';
import type { MachineSpec } from '../spec/spec.js';
import type { GroupAxis } from './relative.js';
import type { WorkGraph } from './work-graph.js';

/** Algorithms as a collective's spec has them. */
export type AlgorithmChoice = AlgorithmName | readonly AlgorithmName[];

/** Memory outside the NPUs, which `memory` nodes load from and store to. */
export interface MemorySpec {
  /** `"per-npu"`: each has its own. `"per-node"`: those of a node share one. `"pool"`: all share one. */
  readonly kind: 'per-npu' | 'per-node' | 'pool';
  /** Of one access: whole ns. */
  readonly latency: Quantity;
  /** Bytes per ns, or `"100 GB/s"`. Above 0. */
  readonly bandwidth: Quantity;
  /** NPUs that share one memory, of kind `"per-node"`. Default 1. */
  readonly npusPerNode?: number;
}

/** How long computations take by the roofline model. */
export interface RooflineSpec {
  /** Operations per second that an NPU does at most. Above 0. */
  readonly peak: number;
  /** Default: the machine's `localMemoryBandwidth`. */
  readonly memoryBandwidth?: Quantity;
}

/** A workload on a machine: one graph of work per NPU. */
export interface WorkloadSpec extends MachineSpec {
  /** One graph per NPU, by id; or one that all of them run. */
  readonly graphs: WorkGraph | readonly WorkGraph[];
  /**
   * Communicator groups by name: NPU ids by rank; or a family of groups, one for every NPU, by
   * the axes along which its members lie, the first fastest. `{ tensor: [{ stride: 1, size: 8 }] }`
   * has every eight neighbours together.
   */
  readonly groups?: Readonly<Record<string, readonly number[] | readonly GroupAxis[]>>;
  /** For all collectives alike, or for each kind of its own. Default `"ring"`. Groups take a single one, else a ring. */
  readonly algorithms?: AlgorithmChoice | Readonly<Partial<Record<Collective, AlgorithmChoice>>>;
  /** What the algorithms `nccl`, `nccl-ring`, `nccl-tree` and `nccl-pat` go by, in every collective that has one of them. */
  readonly nccl?: NcclOptions;
  /** How an all-reduce crosses several dimensions. Default `"local-bw-aware"`. */
  readonly decomposition?: Decomposition;
  /** Chunks that each collective is cut into. Default 4. */
  readonly splits?: number;
  /** Needed by graphs that load or store. */
  readonly memory?: MemorySpec;
  /** Default: computations take their recorded time. */
  readonly roofline?: RooflineSpec;
  /** Every node takes its recorded time; nothing is sent. Default false. */
  readonly replay?: boolean;
  /** When every node of every NPU began and ended, in the result. Default false. */
  readonly nodeTimes?: boolean;
  /** Collectives that are given as one graph per rank instead of an algorithm. */
  readonly customCollectives?: Readonly<Partial<Record<Collective, readonly WorkGraph[]>>>;
}
