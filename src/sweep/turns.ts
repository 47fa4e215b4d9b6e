import { SimulationError } from '../base/errors.js';
import { Stopwatch } from '../base/stopwatch.js';

/** How long to run before yielding, ms. */
const TURN_MS = 20;

/** Makes a long loop yield to timers, input and output, and lets an abort end it. */
export class Turns {
  private readonly signal: AbortSignal | undefined;
  private readonly watch = new Stopwatch();

  constructor(signal?: AbortSignal) {
    this.signal = signal;
  }

  /** Whether {@link next} is due; cheap enough to call every few steps of a loop. */
  get due(): boolean {
    return this.watch.ms >= TURN_MS;
  }

  /**
   * Yields to other tasks.
   * @throws SimulationError after an abort.
   */
  async next(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    this.check();
    this.watch.restart();
  }

  /** @throws SimulationError after an abort. */
  check(): void {
    if (this.signal?.aborted) throw new SimulationError('aborted', 0);
  }
}
