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
  /** Bandwidth of one link, or of one port on a switch of circuits: bytes per ns, or `"600 GB/s"`, `"600 GiB/s"`, `"400 Gbit/s"`. Above 0. */
  readonly bandwidth: Quantity;
  /** Latency of one hop (a circuit is one): ns, or `"500 ns"`, `"2 us"`. At least 0, may be fractional. */
  readonly latency: Quantity;
  /** Of kind `"circuits"`, which needs it: optical switches, on each of which every NPU has a port. 1 to 64. */
  readonly switches?: number;
  /**
   * Of kind `"circuits"`, which needs it: how long it takes to set a circuit, whole ns or `"10 us"`. The ports at
   * its ends rest meanwhile. At first no circuit is set.
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
   * `"ring(8, 600 GiB/s, 500 ns) x switch(32, 25 GiB/s, 2 us)"`, or a cluster that has a name and its
   * number of accelerators: `"dgx-h100 x 32"`. Or a graph: a list of links, what a
   * builder of `astra-sim-ts/topology` makes, or in a line `"graph: dragonfly(4, 3, 50 GB/s, 25 GB/s, 500 ns)"`; algorithms run over all its
   * NPUs as one dimension then.
   */
  readonly topology: string | readonly DimensionSpec[] | EdgeListSpec | NamedGraph;
  /** Of a graph: the NPU of each rank, all of them, each once. Default: by number. */
  readonly rankOrder?: readonly number[];
  /**
   * When a switch passes a message on in the congestion-aware network: `"store-and-forward"`
   * (default, the reference), once it has all of it; `"cut-through"`, beyond the reference, as it
   * comes in.
   */
  readonly switching?: Switching;
  /**
   * `"congestion-unaware"` (default): messages overlap on a link without slowing each other.
   * `"congestion-aware"`: every link serves one message at a time, on any number of dimensions; the
   * default, and the only one, where a dimension has circuits.
   */
  readonly network?: NetworkModel;
  /**
   * Beyond the reference: what a message pays for in the congestion-unaware network when its ends
   * differ in several dimensions. `"first-dimension"` (default, the reference): only the lowest.
   * `"dimension-order"`: each of them, one after the other.
   */
  readonly routing?: Routing;
  /** Chunks that may be under way in one dimension at a time, at least 1. Default 1. */
  readonly activeChunks?: number;
  /** Queues that share a dimension's active chunks, 1 to 1024. Default 1. */
  readonly queuesPerDimension?: number;
  /** Order among collectives; makes no difference to a single one. Default `"fifo"`. */
  readonly scheduling?: SchedulingPolicy;
  /**
   * In which order each chunk crosses the dimensions. `"ascending"` (default): as numbered, what
   * the current reference always does. `"round-robin"`: begun one dimension later for each chunk.
   * `"themis"`: first where least has been sent (arXiv 2110.04478). `"themis-flex"`: with chunks as
   * large as the gap they fill. The two Themis policies leave all-to-all in ascending order.
   */
  readonly interDimensionScheduling?: InterDimensionScheduling;
  /**
   * In which order reduce-scatter and all-gather phases wait in a queue. `"fifo"` (default): of
   * arrival, what the current reference always does. `"smallest-first"`,
   * `"fewest-remaining-phases-first"`: as named.
   */
  readonly intraDimensionScheduling?: IntraDimensionScheduling;
  /** Paid before the first message of a phase and after each received one: whole ns. Default 10. */
  readonly endpointDelay?: Quantity;
  /**
   * Bandwidth at which received data are reduced: bytes per ns, or `"1600 GB/s"` (default). Above 0.
   * `"unlimited"`: reductions cost nothing.
   */
  readonly localMemoryBandwidth?: Quantity | 'unlimited';
  /**
   * Beyond the reference: what steps of collectives cost beyond latency and bandwidth, after GenModel: reductions,
   * their memory traffic, and several senders into one receiver. Default: nothing.
   */
  readonly genModel?: StepTerms;
  /**
   * Every message waits for a request of 8,192 bytes from its receiver, sent when the receive is
   * posted (the reference's `--rendezvous-protocol`). Every NPU is simulated then. Default false.
   */
  readonly rendezvous?: boolean;
  /** `"off"` simulates every NPU, also those that provably act alike. Default `"auto"`. */
  readonly folding?: FoldingMode;
  /**
   * Fitted to measurements, from `calibrate`. Dimensions that were fitted to such a grid take the place of the
   * topology's numbers; else a curve takes the place of the simulated time of a collective, also in a workload. The result says so.
   */
  readonly costs?: Calibration;
  /** Warnings to hand on to the result, from the maker of this spec. */
  readonly warnings?: readonly Warning[];
}

/** A collective on a machine: besides `topology` only `size` is required. */
export interface CollectiveOptions extends MachineSpec {
  /**
   * Bytes (or `"100 MiB"`) each NPU enters with, whole, at least 1. For an all-gather and a gather
   * that is one NPU's share, as in the reference; for the others the whole buffer; for an alltoallv
   * that of the NPU that sends most.
   */
  readonly size: Quantity;
  /** Of a broadcast, reduce, gather or scatter: the rank that it is from or to. Default 0. */
  readonly root?: number;
  /**
   * Of an alltoallv: what each rank (row) has for each rank (column), in any unit. The fullest row
   * comes to `size`, the others are in proportion.
   */
  readonly weights?: readonly (readonly number[])[];
  /**
   * A schedule of your own, over all NPUs by number, instead of `algorithms`: from a `StepBuilder`,
   * an MSCCL file, a synthesizer. It is checked to compute the collective, and sized to it;
   * `splits`, `decomposition` and orders of dimensions do not apply.
   */
  readonly program?: StepProgram;
  /**
   * `"unchecked"`: `program` only has to come to its end and to read nothing that has not been
   * written, whatever it computes. Default `"checked"`.
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
   * all-reduce in each. Other collectives have one decomposition only.
   */
  readonly decomposition?: Decomposition;
  /** Chunks the data are cut into, 1 to 16,777,216. Default 4. */
  readonly splits?: number;
  /**
   * Whether each dimension takes part; default all. A `one-…` algorithm looks at the first
   * entry only, as the reference does.
   */
  readonly involvedDimensions?: readonly boolean[];
  /**
   * Default: the cheapest that is exact, which the result names. `"phase"` is an error where
   * it would not be exact.
   */
  readonly engine?: EngineName;
  /** Beyond the reference: when each NPU starts, by id, whole ns (stragglers). Default: all at 0. */
  readonly startTimes?: readonly Quantity[];
  /** Ask for what every link did, in the congestion-aware network. Default false. */
  readonly linkStatistics?: boolean;
  /** Ask for every phase of every chunk in the result. Default false. */
  readonly timeline?: boolean;
  /**
   * Ask for every message in the result. Every NPU is simulated then, message by message; at most
   * 2,097,152 messages. Default false.
   */
  readonly messageTimeline?: boolean;
}

/** {@link CollectiveOptions} with the collective named. */
export interface CollectiveSpec extends CollectiveOptions {
  readonly collective: Collective;
}
