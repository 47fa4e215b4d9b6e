/** Which of a dimension's queues a phase takes, round robin: all, or the lower or upper half. */
export type QueueShare = 'all' | 'lower' | 'upper';

/**
 * Deals the queues of one dimension round robin, each share with its own counter
 * (docs/model.md, section 5). The lower half is floor(q/2) queues; a single queue is both halves.
 */
export class QueueAllocator {
  private readonly queues: number;
  /** The next queue of each share. */
  readonly dealt = { all: 0, lower: 0, upper: 0 };

  constructor(queues: number) {
    this.queues = queues;
  }

  /** Position of the next queue for a phase with this share. */
  take(share: QueueShare): number {
    const half = Math.floor(this.queues / 2);
    const first = share === 'upper' ? half : 0;
    const count = share === 'lower' && half > 0 ? half : this.queues - first;
    const position = this.dealt[share];
    this.dealt[share] = (position + 1) % count;
    return first + position;
  }

  /** Whether a phase in this queue runs anticlockwise: the upper share always does, even in a single queue. */
  isAnticlockwise(share: QueueShare, position: number): boolean {
    if (share !== 'all') return share === 'upper';
    return this.queues > 1 && position >= Math.floor(this.queues / 2);
  }
}
