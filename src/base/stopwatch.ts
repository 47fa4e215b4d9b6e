/** Time since it was made or set back to 0. A clock that is set back while it runs stops it for a moment, no more. */
export class Stopwatch {
  private seen = performance.now();
  private total = 0;

  /** Milliseconds, never fewer than before. */
  get ms(): number {
    const now = performance.now();
    this.total += Math.max(0, now - this.seen);
    this.seen = now;
    return this.total;
  }

  restart(): void {
    this.seen = performance.now();
    this.total = 0;
  }
}
