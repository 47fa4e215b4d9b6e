/** Fixed costs at an NPU (docs/model.md, section 3). */
export interface Endpoint {
  /** An NPU pays it before the first message of a phase and after each received one, whole ns. */
  readonly delay: number;
  /** Local memory bandwidth, bytes per ns. */
  readonly memoryBandwidth: number;
}

/**
 * Time to reduce a received message: two reads and a write, each truncated to whole ns.
 * Computed in bytes per second, as the reference does: other orders round differently.
 */
export function reductionNs({ memoryBandwidth }: Endpoint, bytes: number): number {
  // Finite even for very slow memory, so that zero reductions cost nothing, not NaN.
  return Math.min(3 * Math.trunc((bytes / (memoryBandwidth * 1e9)) * 1e9), Number.MAX_VALUE);
}

/** Time to copy data within an NPU: a read and a write, each truncated to whole ns. */
export function copyNs({ memoryBandwidth }: Endpoint, bytes: number): number {
  return Math.min(2 * Math.trunc((bytes / (memoryBandwidth * 1e9)) * 1e9), Number.MAX_VALUE);
}
