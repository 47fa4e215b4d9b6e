import { type DimensionKind, KINDS, type Line } from './kinds.js';

/** One dimension of the network: all NPUs that differ in this coordinate alone are joined by it. */
export interface Dimension {
  readonly kind: DimensionKind;
  /** NPUs along this dimension, at least 1. */
  readonly npus: number;
  /** Bandwidth of one link, bytes per ns. */
  readonly bandwidth: number;
  /** Latency of one hop, ns; may be fractional. */
  readonly latency: number;
}

/** Links a message crosses between two NPUs `distance` apart (0 < distance < npus). */
export function hops({ kind, npus }: Dimension, distance: number): number {
  return KINDS[kind].hops(npus, distance);
}

/** The wires of a dimension. */
export function lineOf({ kind, npus }: Dimension): Line {
  return KINDS[kind](npus);
}

/**
 * Delay of a message in the congestion-unaware network, whole ns: latency of every hop plus
 * one serialisation, truncated (docs/model.md, section 2).
 */
export function messageDelay({ latency, bandwidth }: Dimension, hopCount: number, bytes: number): number {
  return Math.trunc(hopCount * latency + bytes / bandwidth);
}
