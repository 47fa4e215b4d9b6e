import { isSymmetric } from '../../collectives/program.js';
import type { Phase } from '../../plan/phases.js';
import { type Lineage, Marks } from './lineage.js';

/** An ending phase of a chunk. */
export interface EndingPhase {
  readonly phase: Phase;
  readonly startNs: number;
  readonly anticlockwise: boolean;
  readonly queue: number;
  /** Tokens it held when its barrier opened. */
  readonly heldBack: number;
}

/** Ends of phases that reach one queue of chunks in one tick of a folded run. */
export class QueueMeetings {
  private readonly lineage: Lineage;
  private readonly contended: boolean;
  /** Per queue of each NPU: what came to it last. */
  private readonly marks = new Marks();
  private readonly last: (EndingPhase | undefined)[] = [];

  /** @param contended - whether messages wait for links. */
  constructor(lineage: Lineage, contended: boolean) {
    this.lineage = lineage;
    this.contended = contended;
  }

  /**
   * A chunk leaves a queue, or enters it.
   * @throws Divergence when it comes second only on this NPU.
   */
  meet(queue: number, ending: EndingPhase): void {
    const { lineage, marks } = this;
    if (!this.areTwins(this.last[queue], ending)) lineage.check(marks, queue);
    lineage.mark(marks, queue);
    this.last[queue] = ending;
  }

  /** Chunks of a collective that begins enter a queue. @throws Divergence when they come second only on this NPU. */
  enter(queue: number): void {
    this.lineage.meet(this.marks, queue);
    this.last[queue] = undefined;
  }

  /**
   * Equal phases that run the same program on all ranks and began together in one queue do the same steps, each step of the
   * first before that of the second, on every NPU, unless messages wait for links.
   */
  private areTwins(a: EndingPhase | undefined, b: EndingPhase): boolean {
    if (a === undefined || this.contended) return false;
    const began = a.phase === b.phase && a.startNs === b.startNs && a.queue === b.queue;
    const alike = began && a.anticlockwise === b.anticlockwise && a.heldBack === b.heldBack;
    return alike && b.phase.lanes.every(isSymmetric);
  }
}
