import { SimulationError } from '../base/errors.js';
import { Stopwatch } from '../base/stopwatch.js';

/** How long to go on before others have their turn, ms. */
const TURN_MS = 20;

/** Keeps a long loop polite: timers, input and output have their turn, and an abort ends it. */
export class Turns {
  private readonly signal: AbortSignal | undefined;
  private readonly watch = new Stopwatch();

  constructor(signal?: AbortSignal) {
    this.signal = signal;
  }

  /** Whether it is time for {@link next}; cheap enough for every few steps of a loop. */
  get due(): boolean {
    return this.watch.ms >= TURN_MS;
  }

  /**
   * Lets others have their turn.
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
