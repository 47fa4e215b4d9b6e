import type { Phase } from '../../plan/phases.js';
import { Divergence } from '../divergence.js';

/** A phase of a chunk that has ended in this tick. */
export interface EndedPhase {
  readonly phase: Phase;
  readonly startNs: number;
  readonly anticlockwise: boolean;
  readonly queue: number;
  /** Where the chunk goes; undefined after its last phase. */
  readonly nextQueue: number | undefined;
}

/**
 * Watches NPUs that stand for others. Phases that end in one tick may do so in another order on
 * the others, unless they are twins in one queue: the same phase, begun together. If they enter
 * one queue, or, where it is not first come, first served, one enters what the other leaves,
 * the NPUs part.
 */
export class TieGuard {
  private readonly firstComeFirstServed: boolean;
  /** Per NPU: the phases that have ended in the tick `at`. */
  private readonly ended: EndedPhase[][];
  private readonly at: Float64Array;

  constructor(npus: number, firstComeFirstServed: boolean) {
    this.firstComeFirstServed = firstComeFirstServed;
    this.ended = Array.from({ length: npus }, () => []);
    this.at = new Float64Array(npus).fill(-1);
  }

  /** @throws Divergence when NPUs that this one stands for may part. */
  phaseEnded(npu: number, now: number, one: EndedPhase): void {
    const others = this.ended[npu] as EndedPhase[];
    if (this.at[npu] !== now) others.length = 0;
    this.at[npu] = now;
    for (const other of others) {
      if (isTwin(one, other)) continue;
      const together = one.nextQueue !== undefined && one.nextQueue === other.nextQueue;
      const meet = one.nextQueue === other.queue || other.nextQueue === one.queue;
      if (together || (meet && !this.firstComeFirstServed)) throw new Divergence(now);
    }
    others.push(one);
  }
}

function isTwin(a: EndedPhase, b: EndedPhase): boolean {
  return a.phase === b.phase && a.startNs === b.startNs && a.queue === b.queue && a.anticlockwise === b.anticlockwise;
}
