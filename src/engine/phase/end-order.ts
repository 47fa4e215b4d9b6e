import type { Endpoint } from '../../costs/endpoint.js';
import type { Phase } from '../../plan/phases.js';
import { Histories } from './histories.js';
import { PairMemory } from './pair-memory.js';
import type { PhaseHistory } from './phase-player.js';
import { Place } from './place.js';

/** One phase of one chunk in the phase engine: its start, its end, and what caused the start. */
export interface PhaseRunning {
  /** Running number of starts. */
  readonly start: number;
  readonly startNs: number;
  readonly endNs: number;
  readonly chunk: number;
  readonly phase: Phase;
  /** 1, or -1 where its messages go anticlockwise. */
  readonly direction: 1 | -1;
  readonly queue: number;
  /** The phase whose end started this one; undefined at the start of the collective. */
  readonly cause: PhaseRunning | undefined;
  /** On other NPUs the cause may be another phase that ended in the same tick. */
  ambiguous: boolean;
}

/** An event within a phase; -1 is its start. */
interface Moment {
  readonly run: PhaseRunning;
  readonly event: number;
}

/** Which of two comes first, and whether on every NPU. */
interface Order {
  /** Negative: the first. */
  readonly sign: number;
  readonly everywhere: boolean;
}

/** The order of two phases as far as they alone decide it. */
interface Within {
  /** 0: the order in which they began. Undefined: it depends on other phases. */
  readonly sign: number | undefined;
  readonly everywhere: boolean;
}

/**
 * The order of phases that end in the same tick: the order in which their last events were
 * scheduled, which is the order in which the scheduling events ran, and so on back through the
 * phases to where the two histories part. Two delays that end in one tick run in the order in
 * which they began, and so do two arrivals; an arrival runs before the delays that end with it
 * if it was scheduled before the first of them.
 *
 * One NPU represents all, so an event of a history may have run on another NPU: the cause of an
 * arrival ran on its sender. As long as the two histories part at different times, or at one
 * NPU, the order is the same everywhere. If they reach two NPUs in one tick, the order of those
 * NPUs decides, which differs from NPU to NPU: then the order does not hold `everywhere`.
 *
 * Histories are played only when a tie needs them. Requires an end-point delay of at
 * least 1: with 0 an event can cause another in its own tick, behind its own entry.
 */
export class EndOrder {
  private readonly histories: Histories;
  /** All phases so far in order of start, to find what else ended in a tick. */
  readonly log: PhaseRunning[] = [];
  private longest = 0;
  /** Results about past ticks, which never change. */
  private readonly firstDue = new Map<number, Moment>();
  /** Whether two phases that ended together did so in the same order everywhere. */
  private readonly same = new PairMemory();
  /** Known orders by two phases, their directions and the time between their starts. */
  private readonly within = new Map<Phase, Map<Phase, readonly Map<number, Within>[]>>();

  /** Without end-point delay all chunks have a single phase here, and the order of their ends has no effect. */
  private readonly isIdle: boolean;

  constructor(endpoint: Endpoint) {
    this.histories = new Histories(endpoint);
    this.isIdle = endpoint.delay === 0;
  }

  started(run: PhaseRunning): void {
    this.log.push(run);
    this.longest = Math.max(this.longest, run.endNs - run.startNs);
  }

  /** Lets `decide` compare phases, in slices: histories that it needs are played first. */
  deciding<T>(decide: () => T): Generator<void, T> {
    return this.histories.letting(decide);
  }

  /** Sorts phases that end in one tick, given in order of start. Only within {@link deciding}. */
  sorted(ends: readonly PhaseRunning[]): readonly PhaseRunning[] {
    const [first] = ends as [PhaseRunning];
    // Equal phases that started together keep the order of their starts throughout.
    if (this.isIdle || ends.every((run) => isTwin(run, first))) return ends;
    return [...ends].sort((a, b) => this.signOfEnds(a, b));
  }

  private signOfEnds(a: PhaseRunning, b: PhaseRunning): number {
    const sign = isTwin(a, b) ? 0 : this.compareWithin(a, b).sign;
    if (sign === undefined) return this.compareScheduling(this.end(a), this.end(b)).sign;
    return sign || a.start - b.start;
  }

  /**
   * Whether two phases that end in one tick do so in the same order on every NPU. Goes back from pair to
   * pair of phases that began together, as far as needed. Only within {@link deciding}.
   */
  isSameEverywhere(one: PhaseRunning, other: PhaseRunning): boolean {
    if (this.isIdle) return true;
    let [a, b] = [one, other];
    let same = this.endAlike(a, b);
    while (same === undefined) {
      a = a.cause as PhaseRunning;
      b = b.cause as PhaseRunning;
      same = this.same.get(a.start, b.start) ?? this.endAlike(a, b);
    }
    if (a !== one) this.same.set(one.start, other.start, same);
    return same;
  }

  /** {@link isSameEverywhere}; undefined if the ends of their causes decide. */
  private endAlike(a: PhaseRunning, b: PhaseRunning): boolean | undefined {
    if (!isTwin(a, b)) {
      const { sign, everywhere } = this.compareWithin(a, b);
      if (sign === undefined) return this.compareScheduling(this.end(a), this.end(b)).everywhere;
      if (sign !== 0 || !everywhere) return everywhere;
    }
    return this.beganAlike(a, b);
  }

  /** Whether two phases that began in one tick on one NPU did so in the same order everywhere; undefined if their causes decide. */
  private beganAlike(a: PhaseRunning, b: PhaseRunning): boolean | undefined {
    // A queue starts its next in line first; a single cause starts phases in a fixed order.
    if (a.queue === b.queue || (a.cause === b.cause && !a.ambiguous && !b.ambiguous)) return true;
    if (a.ambiguous || b.ambiguous) return false;
    return a.cause === undefined || b.cause === undefined ? true : undefined;
  }

  private beganInOneOrder(a: PhaseRunning, b: PhaseRunning): boolean {
    return this.beganAlike(a, b) ?? this.isSameEverywhere(a.cause as PhaseRunning, b.cause as PhaseRunning);
  }

  /** The order of the ends of two phases, as far as these two decide it. Pipelines repeat a few pairs. */
  private compareWithin(a: PhaseRunning, b: PhaseRunning): Within {
    const directions = (a.direction === 1 ? 0 : 1) + (b.direction === 1 ? 0 : 2);
    const known = this.knownOf(a.phase, b.phase)[directions] as Map<number, Within>;
    const apart = a.startNs - b.startNs;
    let within = known.get(apart);
    if (within === undefined) {
      within = this.playWithin(a, b, apart);
      known.set(apart, within);
    }
    return within;
  }

  private knownOf(one: Phase, other: Phase): readonly Map<number, Within>[] {
    let known = this.within.get(one)?.get(other);
    if (known === undefined) {
      known = [new Map(), new Map(), new Map(), new Map()];
      const ofOne = this.within.get(one) ?? new Map<Phase, readonly Map<number, Within>[]>();
      this.within.set(one, ofOne.set(other, known));
    }
    return known;
  }

  private playWithin(one: PhaseRunning, other: PhaseRunning, apart: number): Within {
    const a = this.history(one.phase);
    const b = this.history(other.phase);
    const [placeA, placeB] = [new Place(), new Place()];
    let everywhere = true;
    for (let i = a.last, j = b.last; ; ) {
      if (a.isArrival[i]) placeA.move(one.phase.dimension, a, i, one.direction);
      if (b.isArrival[j]) placeB.move(other.phase.dimension, b, j, other.direction);
      i = a.cause[i] as number;
      j = b.cause[j] as number;
      if (i < 0 && j < 0) {
        const together = apart === 0;
        return { sign: apart, everywhere: everywhere && (!together || placeA.equals(placeB)) };
      }
      if (i < 0 || j < 0) return { sign: undefined, everywhere };
      const sign = apart + (a.time[i] as number) - (b.time[j] as number);
      if (sign !== 0) return { sign, everywhere };
      if (!placeA.equals(placeB)) everywhere = false;
      if (a.isArrival[i] !== b.isArrival[j]) return { sign: undefined, everywhere };
    }
  }

  /** Which of two events at one NPU was scheduled first. */
  private compareScheduling(first: Moment, second: Moment): Order {
    let a = first;
    let b = second;
    let everywhere = true;
    const [placeA, placeB] = [new Place(), new Place()];
    for (;;) {
      this.moveBack(placeA, a);
      this.moveBack(placeB, b);
      const beginA = this.beginsPhase(a);
      const beginB = this.beginsPhase(b);
      // Both are the first events of their phases, and phases are numbered in order of start.
      if (beginA && beginB) {
        const apart = a.run.startNs - b.run.startNs;
        const sign = a.run.start - b.run.start || a.event - b.event;
        if (apart !== 0) return { sign, everywhere };
        const same = a.run === b.run || this.beganInOneOrder(a.run, b.run);
        return { sign, everywhere: everywhere && same && placeA.equals(placeB) };
      }
      const scheduledA = this.causeOf(a);
      const scheduledB = this.causeOf(b);
      // The collective's own start comes before anything else.
      if (scheduledA === undefined || scheduledB === undefined) {
        const sign = scheduledA === undefined ? -1 : 1;
        if (scheduledA !== scheduledB) return { sign, everywhere };
        return {
          sign: a.run.start - b.run.start || a.event - b.event,
          everywhere: everywhere && placeA.equals(placeB),
        };
      }
      const sign = this.timeOf(scheduledA) - this.timeOf(scheduledB);
      if (sign !== 0) return { sign, everywhere };
      if (!placeA.equals(placeB)) everywhere = false;
      if ((beginA && a.run.ambiguous) || (beginB && b.run.ambiguous)) everywhere = false;
      if (scheduledA.run === scheduledB.run && scheduledA.event === scheduledB.event) {
        return { sign: a.run.start - b.run.start || a.event - b.event, everywhere };
      }
      a = scheduledA;
      b = scheduledB;
      // An arrival and the entry of delays that end in the same tick.
      if (this.isArrival(a) !== this.isArrival(b)) {
        if (this.isArrival(a)) b = this.firstDelayDue(this.timeOf(b));
        else a = this.firstDelayDue(this.timeOf(a));
      }
    }
  }

  /** The cause of an arrival ran on its sender. */
  private moveBack(place: Place, { run, event }: Moment): void {
    const history = this.history(run.phase);
    if (history.isArrival[event]) place.move(run.phase.dimension, history, event, run.direction);
  }

  /** The delay that began first of all that end at a time. */
  private firstDelayDue(time: number): Moment {
    let first = this.firstDue.get(time);
    if (first !== undefined) return first;
    for (let i = this.log.length - 1; i >= 0; i--) {
      const run = this.log[i] as PhaseRunning;
      if (run.startNs + this.longest < time) break;
      if (run.startNs > time || run.endNs < time) continue;
      for (const event of this.histories.delaysOf(run.phase).get(time - run.startNs) ?? []) {
        const moment = { run, event };
        if (first === undefined || this.compareScheduling(moment, first).sign < 0) first = moment;
      }
    }
    this.firstDue.set(time, first as Moment);
    return first as Moment;
  }

  private end(run: PhaseRunning): Moment {
    return { run, event: this.history(run.phase).last };
  }

  private beginsPhase({ run, event }: Moment): boolean {
    return (this.history(run.phase).cause[event] as number) < 0;
  }

  /** The event that scheduled another. */
  private causeOf({ run, event }: Moment): Moment | undefined {
    const cause = this.history(run.phase).cause[event] as number;
    if (cause >= 0) return { run, event: cause };
    return run.cause === undefined ? undefined : this.end(run.cause);
  }

  private timeOf({ run, event }: Moment): number {
    return run.startNs + (this.history(run.phase).time[event] as number);
  }

  private isArrival({ run, event }: Moment): boolean {
    return this.history(run.phase).isArrival[event] as boolean;
  }

  private history(phase: Phase): PhaseHistory {
    return this.histories.of(phase);
  }
}

/** Whether two do the same at the same time. */
function isTwin(a: PhaseRunning, b: PhaseRunning): boolean {
  return a.phase === b.phase && a.startNs === b.startNs && a.direction === b.direction;
}
