import { type DimensionKind, KINDS, type Line } from './kinds.js';

/** One dimension of the network: all NPUs that differ in this coordinate alone are joined by it. */
export interface Dimension {
  readonly kind: DimensionKind;
  /** NPUs along this dimension, at least 1. */
  readonly npus: number;
  /** Bandwidth of one link, bytes per ns; of circuits that of all ports of an NPU together. */
  readonly bandwidth: number;
  /** Latency of one hop, ns; may be fractional. */
  readonly latency: number;
  /** Of a dimension of circuits: its optical switches. */
  readonly circuits?: OpticalSwitches;
}

/** Switches on each of which every NPU has a port, and which join ports by circuits. */
export interface OpticalSwitches {
  readonly switches: number;
  /** For how long the ports at both ends of a circuit cannot send or receive while it is set, whole ns. */
  readonly reconfigurationNs: number;
}

/** A dimension as it stands in a spec that has been checked. */
export interface CheckedDimension extends Omit<Dimension, 'circuits'> {
  /** Of a dimension of circuits. Its bandwidth is that of a single port. */
  readonly switches?: number;
  readonly reconfiguration?: number;
}

/** The wires that a checked dimension describes. */
export function wiredDimension({ switches, reconfiguration, ...plain }: CheckedDimension): Dimension {
  if (switches === undefined || reconfiguration === undefined) return plain;
  const { bandwidth } = plain;
  return { ...plain, bandwidth: bandwidth * switches, circuits: { switches, reconfigurationNs: reconfiguration } };
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
