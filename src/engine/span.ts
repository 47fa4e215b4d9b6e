import type { Collective } from '../collectives/collective.js';

/** One phase of one chunk of a run. */
export interface PhaseSpan {
  /** The NPU; 0 for all if all do the same at the same time. */
  readonly npu: number;
  readonly chunk: number;
  /** Position among the phases of the chunk. */
  readonly phase: number;
  readonly collective: Collective;
  /** Logical dimension (0 for the `one-…` algorithms). */
  readonly dimension: number;
  /** Position of the queue within its dimension. */
  readonly queue: number;
  readonly startNs: number;
  readonly endNs: number;
}

/** One change of a circuit in a run. */
export interface CircuitSpan {
  readonly npu: number;
  /** Dimension of the network. */
  readonly dimension: number;
  readonly switch: number;
  /** The NPU that the circuit leads to afterwards. */
  readonly to: number;
  readonly startNs: number;
  readonly endNs: number;
}
