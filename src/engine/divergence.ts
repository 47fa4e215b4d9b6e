/**
 * Thrown by a run in which one NPU stands for others when these may no longer act alike:
 * something that happens in one tick comes in an order that differs from NPU to NPU.
 */
export class Divergence extends Error {
  /** Simulated time, ns. */
  readonly timeNs: number;

  constructor(timeNs: number) {
    super(`NPUs part at ${timeNs} ns`);
    this.timeNs = timeNs;
  }
}
