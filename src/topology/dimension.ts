/** How the NPUs of one dimension are wired. */
export type DimensionKind = 'ring' | 'switch' | 'fully-connected';

export const DIMENSION_KINDS: readonly DimensionKind[] = ['ring', 'switch', 'fully-connected'];

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
  switch (kind) {
    case 'ring':
      return Math.min(distance, npus - distance);
    case 'switch':
      return 2;
    case 'fully-connected':
      return 1;
  }
}

/**
 * Delay of a message in the congestion-unaware network, whole ns: latency of every hop plus
 * one serialisation, truncated (docs/model.md, section 2).
 */
export function messageDelay({ latency, bandwidth }: Dimension, hopCount: number, bytes: number): number {
  return Math.trunc(hopCount * latency + bytes / bandwidth);
}
