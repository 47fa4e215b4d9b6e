import type { Phase } from '../../plan/phases.js';
import { Divergence } from '../divergence.js';

/** A phase of a chunk that ended in this tick. */
export interface EndedPhase {
  readonly phase: Phase;
  readonly startNs: number;
  readonly anticlockwise: boolean;
  readonly queue: number;
  /** Tokens it held when its barrier opened. */
  readonly heldBack: number;
  /** The chunk's next queue; undefined after its last phase. */
  readonly nextQueue: number | undefined;
  /** All ranks of its collective act in lockstep. */
  readonly inLockstep: boolean;
}

/**
 * Watches NPUs folded by classes, where no lineage can tell how far away events come from.
 * Events of one NPU in one tick may come in another order on the NPUs it represents. This
 * matters where it decides positions in a queue:
 *
 * - Two chunks *enter* one queue, unless they are twins: the same phase, begun together in
 *   one queue, by ranks in lockstep, which keeps its order throughout.
 * - One chunk enters a queue that another *leaves*, and the newcomer may overtake those that
 *   wait: with a policy other than first come, first served, or between collectives, whose
 *   priorities differ.
 *
 * Two chunks that leave let the next two in line start either way.
 *
 * Joining a collective also enters queues. If the collective has the queues to itself, the only
 * other thing that can happen is that the last chunks of the previous collective leave. First come,
 * first served, its chunks then start in the same order and the same tick, whether they find
 * room at once or wait for it. With another policy a waiting chunk can be overtaken.
 *
 * A barrier that opens in the tick in which a token reaches it may come first or second.
 */
export class TieGuard {
  private readonly firstComeFirstServed: boolean;
  /** Per NPU: the phases that ended in the tick `at`, and the queues that joining collectives entered. */
  private readonly ended: EndedPhase[][];
  private readonly entered: (ReadonlySet<number> | undefined)[] = [];
  private readonly at: Float64Array;
  /** Per lane: when its barrier opened last, and when a token last reached it. */
  private readonly openedAt: number[] = [];
  private readonly metAt: number[] = [];

  constructor(npus: number, firstComeFirstServed: boolean) {
    this.firstComeFirstServed = firstComeFirstServed;
    this.ended = Array.from({ length: npus }, () => []);
    this.at = new Float64Array(npus).fill(-1);
  }

  /**
   * @param alone - no other collective is running on the NPU.
   * @throws Divergence when the NPUs this one represents may diverge.
   */
  phaseEnded(npu: number, now: number, one: EndedPhase, alone: boolean): void {
    this.turnTo(npu, now);
    const others = this.ended[npu] as EndedPhase[];
    for (const other of others) {
      if (isTwin(one, other)) continue;
      const together = one.nextQueue !== undefined && one.nextQueue === other.nextQueue;
      const meet = one.nextQueue === other.queue || other.nextQueue === one.queue;
      if (together || (meet && !(this.firstComeFirstServed && alone))) throw new Divergence(now);
    }
    const entered = this.entered[npu];
    if (entered !== undefined && !alone && touches(one, entered)) throw new Divergence(now);
    others.push(one);
  }

  /**
   * An NPU joins a collective whose chunks enter these queues.
   * @param alone - no other collective is running on the NPU.
   * @param caused - the phase that ended last caused this.
   * @throws Divergence when the NPUs this one represents may diverge.
   */
  joined(npu: number, now: number, queues: ReadonlySet<number>, alone: boolean, caused: boolean): void {
    this.turnTo(npu, now);
    const ended = this.ended[npu] as EndedPhase[];
    const cause = caused ? ended.at(-1) : undefined;
    const inOrder = (one: EndedPhase) => cause !== undefined && (one === cause || isTwin(one, cause));
    // Of phases that are no twins another may be the last, and the cause, elsewhere: what has left its queue differs.
    const isSafe = alone && (this.firstComeFirstServed || ended.every(inOrder));
    const contends = !isSafe && ended.some((one) => touches(one, queues));
    // Two collectives in one tick: which comes first decides their priorities.
    if (contends || this.entered[npu] !== undefined) throw new Divergence(now);
    this.entered[npu] = queues;
  }

  /** @throws Divergence when a token has reached the lane's barrier in this tick. */
  barrierOpened(lane: number, now: number): void {
    if (this.metAt[lane] === now) throw new Divergence(now);
    this.openedAt[lane] = now;
  }

  /** @throws Divergence when the lane's barrier has opened in this tick. */
  barrierMet(lane: number, now: number): void {
    if (this.openedAt[lane] === now) throw new Divergence(now);
    this.metAt[lane] = now;
  }

  private turnTo(npu: number, now: number): void {
    if (this.at[npu] === now) return;
    this.at[npu] = now;
    (this.ended[npu] as EndedPhase[]).length = 0;
    this.entered[npu] = undefined;
  }
}

function touches({ queue, nextQueue }: EndedPhase, queues: ReadonlySet<number>): boolean {
  return queues.has(queue) || (nextQueue !== undefined && queues.has(nextQueue));
}

function isTwin(a: EndedPhase, b: EndedPhase): boolean {
  const alike = a.phase === b.phase && a.startNs === b.startNs;
  const together = alike && a.queue === b.queue && a.anticlockwise === b.anticlockwise && a.heldBack === b.heldBack;
  return together && a.inLockstep && b.inLockstep;
}
