import { StreamQueue } from './stream-queue.js';
import type { Placement } from './waiting-order.js';

/** How later collectives rank against earlier ones; irrelevant within one collective. */
export type SchedulingPolicy = 'fifo' | 'lifo' | 'explicit';

export const SCHEDULING_POLICIES: readonly SchedulingPolicy[] = ['fifo', 'lifo', 'explicit'];

export interface StreamSchedulerOptions {
  /** Most streams that run in one queue at a time. */
  readonly window: number;
  /** Places a newcomer among the waiting streams. */
  readonly place: Placement;
  /** Called with each stream that starts in a queue. */
  readonly onStart: (stream: number, queue: number) => void;
}

/** Streams that may run at once in each of `queues` queues that share `activeChunks` (docs/model.md, section 6). */
export function windowPerQueue(activeChunks: number, queues: number): number {
  return Math.ceil(activeChunks / queues);
}

/** The queues of one NPU and the order in which streams move through them (docs/model.md, section 6). */
export class StreamScheduler {
  /** Queues in use, created on demand: with thousands of NPUs and a thousand queues each, few are. */
  private readonly queues: StreamQueue[] = [];
  private readonly options: StreamSchedulerOptions;

  constructor(options: StreamSchedulerOptions) {
    this.options = options;
  }

  /** A new stream enters its first queue at once. */
  enter(stream: number, queue: number): void {
    this.options.place(this.queue(queue), stream);
    this.fill(queue);
  }

  /** A stream moves on: it leaves and enters the next queue; then the old queue starts waiting streams, then the new one. */
  move(stream: number, from: number, to: number): void {
    this.queue(from).finish();
    this.options.place(this.queue(to), stream);
    this.fill(from);
    this.fill(to);
  }

  /** A stream has passed its last queue. */
  leave(queue: number): void {
    this.queue(queue).finish();
    this.fill(queue);
  }

  /** Streams waiting in a queue. */
  waitingIn(queue: number): number {
    return this.queue(queue).waitingCount;
  }

  private fill(queue: number): void {
    const streams = this.queue(queue);
    for (let s = streams.start(); s !== undefined; s = streams.start()) this.options.onStart(s, queue);
  }

  private queue(index: number): StreamQueue {
    this.queues[index] ??= new StreamQueue(this.options.window);
    return this.queues[index];
  }
}
