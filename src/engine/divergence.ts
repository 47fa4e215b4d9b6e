/**
 * Thrown by a folded run when the NPUs that one represents may no longer act alike:
 * events of one tick come in an order that differs from NPU to NPU.
 */
export class Divergence extends Error {
  /** Simulated time, ns. */
  readonly timeNs: number;

  constructor(timeNs: number) {
    super(`NPUs part at ${timeNs} ns`);
    this.timeNs = timeNs;
  }
}
