/** Time since its creation or last reset. If the system clock jumps back, the stopwatch only pauses briefly. */
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
