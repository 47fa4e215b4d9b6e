/**
 * A queue of one dimension: at most `window` streams (chunks) run, the others wait. Streams
 * are small integers. The caller's policy places newcomers among the waiting.
 */
export class StreamQueue {
  readonly window: number;
  private running = 0;
  /** Waiting streams from `head` on; earlier ones have left. */
  private waiting: number[] = [];
  private head = 0;

  constructor(window: number) {
    this.window = window;
  }

  get runningCount(): number {
    return this.running;
  }

  get waitingCount(): number {
    return this.waiting.length - this.head;
  }

  /** Adds a stream behind the last waiting one that it does not precede. */
  add(stream: number, goesBefore: (newcomer: number, waiting: number) => boolean): void {
    let place = this.waiting.length;
    while (place > this.head && goesBefore(stream, this.waiting[place - 1] as number)) place--;
    if (place === this.waiting.length) this.waiting.push(stream);
    else this.waiting.splice(place, 0, stream);
  }

  /** Adds a stream before the first waiting one that it precedes. */
  addBeforeFirst(stream: number, goesBefore: (newcomer: number, waiting: number) => boolean): void {
    let place = this.head;
    while (place < this.waiting.length && !goesBefore(stream, this.waiting[place] as number)) place++;
    this.waiting.splice(place, 0, stream);
  }

  /** Takes the next stream to run; undefined if none waits or there is no room. */
  start(): number | undefined {
    if (this.running === this.window || this.head === this.waiting.length) return undefined;
    this.running++;
    const stream = this.waiting[this.head++];
    // Half of the list has left: drop it.
    if (this.head > 64 && this.head * 2 > this.waiting.length) {
      this.waiting = this.waiting.slice(this.head);
      this.head = 0;
    }
    return stream;
  }

  /** A running stream has left. */
  finish(): void {
    this.running--;
  }
}
