import { type DimensionKind, KINDS, type Line } from './kinds.js';

/** One dimension of the network: it joins the NPUs that differ only in this coordinate. */
export interface Dimension {
  readonly kind: DimensionKind;
  /** NPUs along this dimension, at least 1. */
  readonly npus: number;
  /** Bandwidth of one link, bytes per ns; for circuits, of all ports of an NPU together. */
  readonly bandwidth: number;
  /** Latency of one hop, ns; may be fractional. */
  readonly latency: number;
  /** The optical switches of a dimension of circuits. */
  readonly circuits?: OpticalSwitches;
}

/** Switches that join ports by circuits; every NPU has a port on each. */
export interface OpticalSwitches {
  readonly switches: number;
  /** Time to set a circuit, in which the ports at both ends cannot send or receive, whole ns. */
  readonly reconfigurationNs: number;
}

/** A dimension of a checked spec. */
export interface CheckedDimension extends Omit<Dimension, 'circuits'> {
  /** For a dimension of circuits, whose bandwidth here is that of a single port. */
  readonly switches?: number;
  readonly reconfiguration?: number;
}

/** The dimension that a checked one describes. */
export function wiredDimension({ switches, reconfiguration, ...plain }: CheckedDimension): Dimension {
  if (switches === undefined || reconfiguration === undefined) return plain;
  const { bandwidth } = plain;
  return { ...plain, bandwidth: bandwidth * switches, circuits: { switches, reconfigurationNs: reconfiguration } };
}

/** Links a message crosses between two NPUs `distance` apart (0 < distance < npus). */
export function hops({ kind, npus }: Dimension, distance: number): number {
  return KINDS[kind].hops(npus, distance);
}

/** The wiring of a dimension. */
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
