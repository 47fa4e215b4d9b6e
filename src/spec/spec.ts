import type { LimitOptions } from '../base/limits.js';
import type { Quantity } from '../base/units.js';
import type { Warning } from '../base/warnings.js';
import type { Decomposition, EngineName, FoldingMode, NetworkModel, Routing, Switching } from '../base/words.js';
import type { AlgorithmName } from '../collectives/algorithms.js';
import type { Collective } from '../collectives/collective.js';
import type { StepTerms } from '../collectives/priced-program.js';
import type { StepProgram } from '../collectives/step-program.js';
import type { Calibration } from '../costs/calibrate/calibration.js';
import type { NcclOptions } from '../costs/nccl/options.js';
import type { InterDimensionScheduling } from '../scheduler/dimension-orders.js';
import type { SchedulingPolicy } from '../scheduler/stream-scheduler.js';
import type { IntraDimensionScheduling } from '../scheduler/waiting-order.js';
import type { EdgeListSpec } from '../topology/edge-list.js';
import type { DimensionKind } from '../topology/kinds.js';
import type { NamedGraph } from '../topology/named-graph.js';

/** One dimension of the network, as users write it. */
export interface DimensionSpec {
  readonly kind: DimensionKind;
  /** NPUs along this dimension: a whole number, at least 1. */
  readonly npus: number;
  /** Bandwidth of one link, or of one port on a circuit switch: bytes per ns, or `"600 GB/s"`, `"600 GiB/s"`, `"400 Gbit/s"`. Above 0. */
  readonly bandwidth: Quantity;
  /** Latency of one hop (a circuit is one): ns, or `"500 ns"`, `"2 us"`. At least 0, may be fractional. */
  readonly latency: Quantity;
  /** Required for kind `"circuits"`: optical switches, each with a port for every NPU. 1 to 64. */
  readonly switches?: number;
  /**
   * Required for kind `"circuits"`: time to set a circuit, whole ns or `"10 us"`. The ports at
   * its ends pause meanwhile. At first no circuit is set.
   */
  readonly reconfiguration?: Quantity;
}

/**
 * The machine: what collectives and workloads run on. Only `topology` is required; the other
 * defaults are those of the reference's example system files.
 */
export interface MachineSpec extends LimitOptions {
  /**
   * Dimensions, the fastest (dimension 0) first, as a list or in shorthand:
   * `"ring(8, 600 GiB/s, 500 ns) x switch(32, 25 GiB/s, 2 us)"`, or a named cluster and its
   * number of accelerators: `"dgx-h100 x 32"`. Or a graph: a list of links, the result of a
   * builder of `astra-sim-ts/topology`, or a line `"graph: dragonfly(4, 3, 50 GB/s, 25 GB/s, 500 ns)"`; algorithms then run over all
   * its NPUs as one dimension.
   */
  readonly topology: string | readonly DimensionSpec[] | EdgeListSpec | NamedGraph;
  /** For a graph: the NPU of each rank, every NPU once. Default: by number. */
  readonly rankOrder?: readonly number[];
  /**
   * When a switch, or an NPU on the way, forwards a message in the congestion-aware network: `"store-and-forward"`
   * (default, the reference), once it has all of it; `"cut-through"`, beyond the reference, as it
   * arrives, so that a message alone costs what it costs without congestion.
   */
  readonly switching?: Switching;
  /**
   * `"congestion-unaware"` (default): messages overlap on a link without slowing each other.
   * `"congestion-aware"`: every link serves one message at a time, in any number of dimensions; the
   * default and only choice if a dimension has circuits.
   */
  readonly network?: NetworkModel;
  /**
   * Beyond the reference: what a message pays for in the congestion-unaware network if its ends
   * differ in several dimensions. `"first-dimension"` (default, the reference): only the lowest.
   * `"dimension-order"`: each of them, one after the other.
   */
  readonly routing?: Routing;
  /** Most chunks that run in one dimension at a time, at least 1. Default 1. */
  readonly activeChunks?: number;
  /** Queues that share a dimension's active chunks, 1 to 1024. Default 1. */
  readonly queuesPerDimension?: number;
  /** Order among collectives; no effect on a single one. Default `"fifo"`. */
  readonly scheduling?: SchedulingPolicy;
  /**
   * Order in which each chunk crosses the dimensions. `"ascending"` (default): as numbered, as
   * the current reference always does. `"round-robin"`: starts one dimension later for each chunk.
   * `"themis"`: least loaded dimension first (arXiv 2110.04478). `"themis-flex"`: with chunks as
   * large as the gap they fill. The two Themis policies keep all-to-all in ascending order.
   */
  readonly interDimensionScheduling?: InterDimensionScheduling;
  /**
   * Order in which reduce-scatter and all-gather phases wait in a queue. `"fifo"` (default): order of
   * arrival, as the current reference always does. `"smallest-first"`,
   * `"fewest-remaining-phases-first"`: as named.
   */
  readonly intraDimensionScheduling?: IntraDimensionScheduling;
  /** Paid before the first message of a phase and after each received one: whole ns. Default 10. */
  readonly endpointDelay?: Quantity;
  /**
   * Speed of reducing received data: bytes per ns, or `"1600 GB/s"` (default). Above 0.
   * `"unlimited"`: reductions cost nothing.
   */
  readonly localMemoryBandwidth?: Quantity | 'unlimited';
  /**
   * Beyond the reference: costs of collective steps beyond latency and bandwidth, after GenModel: reductions,
   * their memory traffic, and several senders into one receiver. Default: nothing.
   */
  readonly genModel?: StepTerms;
  /**
   * Every message waits for a request of 8,192 bytes, which its receiver sends when it posts the
   * receive (the reference's `--rendezvous-protocol`). Simulates every NPU. Default false.
   */
  readonly rendezvous?: boolean;
  /** `"off"` simulates every NPU, even those that provably act alike. Default `"auto"`. */
  readonly folding?: FoldingMode;
  /**
   * Fitted to measurements, from `calibrate`. Dimensions that were fitted to such a grid take the place of the
   * topology's numbers; else a curve takes the place of the simulated time of a collective, also in a workload. The result says so.
   */
  readonly costs?: Calibration;
  /** Warnings to pass on to the result. */
  readonly warnings?: readonly Warning[];
}

/** A collective on a machine: besides `topology` only `size` is required. */
export interface CollectiveOptions extends MachineSpec {
  /**
   * Bytes (or `"100 MiB"`) each NPU enters with, whole, at least 1. For an all-gather or a gather
   * this is one NPU's share, as in the reference; for the others the whole buffer; for an alltoallv
   * the buffer of the NPU that sends most.
   */
  readonly size: Quantity;
  /** Source or destination rank of a broadcast, reduce, gather or scatter. Default 0. */
  readonly root?: number;
  /**
   * For an alltoallv: what each rank (row) has for each rank (column), in any unit. The fullest row
   * gets `size`, the others are in proportion.
   */
  readonly weights?: readonly (readonly number[])[];
  /**
   * Your own schedule, over all NPUs by number, instead of `algorithms`: from a `StepBuilder`,
   * an MSCCL file, or a synthesizer. It is verified to compute the collective, and sized to it;
   * `splits`, `decomposition` and orders of dimensions do not apply.
   */
  readonly program?: StepProgram;
  /**
   * `"unchecked"`: `program` may compute anything; it must only reach its end and read nothing before
   * it is written. Default `"checked"`.
   */
  readonly programClaim?: 'checked' | 'unchecked';
  /**
   * One for all dimensions, or one per dimension in order. Default `"ring"`. Collectives with a root
   * have `"ring"` (a chain), `"tree"` (binomial) and `"direct"`; an alltoallv has `"ring"` and `"direct"`.
   * `"nccl"` (as NCCL would choose), `"nccl-ring"`, `"nccl-tree"` and `"nccl-pat"` run as NCCL runs them, over all NPUs. A `one-…` algorithm runs over all NPUs as a single dimension and stands alone.
   */
  readonly algorithms?: AlgorithmName | readonly AlgorithmName[];
  /** What the algorithms `nccl`, `nccl-ring`, `nccl-tree` and `nccl-pat` go by. */
  readonly nccl?: NcclOptions;
  /**
   * How an all-reduce crosses several dimensions. `"local-bw-aware"` (default): reduce-scatter
   * on the way up, all-reduce in the last, all-gather on the way down. `"baseline"`: a full
   * all-reduce in each. Other collectives have only one decomposition.
   */
  readonly decomposition?: Decomposition;
  /** Number of chunks of the data, 1 to 16,777,216. Default 4. */
  readonly splits?: number;
  /**
   * Whether each dimension takes part; default all. A `one-…` algorithm reads only the first
   * entry, as in the reference.
   */
  readonly involvedDimensions?: readonly boolean[];
  /**
   * Default: the cheapest exact engine, which the result names. `"phase"` is an error if
   * it would not be exact.
   */
  readonly engine?: EngineName;
  /** Beyond the reference: when each NPU starts, by id, whole ns (stragglers). Default: all at 0. */
  readonly startTimes?: readonly Quantity[];
  /** Report every link of the congestion-aware network. Default false. */
  readonly linkStatistics?: boolean;
  /** Report every phase of every chunk. Default false. */
  readonly timeline?: boolean;
  /**
   * Report every message. Simulates every NPU, message by message; at most
   * 2,097,152 messages. Default false.
   */
  readonly messageTimeline?: boolean;
}

/** {@link CollectiveOptions} with the collective. */
export interface CollectiveSpec extends CollectiveOptions {
  readonly collective: Collective;
}
