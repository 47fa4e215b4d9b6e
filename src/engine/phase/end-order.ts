import type { Endpoint } from '../../costs/endpoint.js';
import type { Phase } from '../../plan/phases.js';
import { type PhaseHistory, playPhase } from './phase-player.js';

/** One phase of one chunk, as the phase engine sees it: a start, an end, and what led to the start. */
export interface PhaseRunning {
  /** Running number of starts. */
  readonly start: number;
  readonly startNs: number;
  readonly endNs: number;
  readonly chunk: number;
  readonly phase: Phase;
  /** The phase whose end let this one start; undefined at the start of the collective. */
  readonly cause: PhaseRunning | undefined;
}

/** An event within a phase; -1 stands for its start. */
interface Moment {
  readonly run: PhaseRunning;
  readonly event: number;
}

/**
 * The order of phases that end in the same tick: that in which their last events were
 * scheduled, that is, in which the events ran that scheduled these, and so on back through the
 * phases to where the two histories part (docs/model.md, section 9). Two delays that end in one tick run
 * in the order in which they began, two arrivals likewise; an arrival runs before the delays
 * that end with it if it was scheduled before the first of these.
 *
 * Histories are played only when a tie makes it necessary. Needs an end-point delay of at
 * least 1: with 0 an event can cause another in its own tick, behind the entry it belongs to.
 */
export class EndOrder {
  private readonly endpoint: Endpoint;
  private readonly histories = new Map<Phase, PhaseHistory>();
  private readonly delaysDue = new Map<Phase, Map<number, number[]>>();
  /** All phases so far in order of start, to find what else ended in a tick. */
  private readonly log: PhaseRunning[] = [];
  private longest = 0;
  /** What has been found out about past ticks, which stays true. */
  private readonly firstDue = new Map<number, Moment>();
  /** What is known of two phases and the time between their starts, see {@link compareWithin}. */
  private readonly within = new Map<Phase, Map<Phase, Map<number, number | undefined>>>();

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint;
  }

  started(run: PhaseRunning): void {
    this.log.push(run);
    this.longest = Math.max(this.longest, run.endNs - run.startNs);
  }

  /** Sorts phases that end in one tick, given in order of start. */
  sort(ends: PhaseRunning[]): PhaseRunning[] {
    const [first] = ends as [PhaseRunning];
    // Phases alike that started together keep the order of their starts all the way.
    if (ends.every(({ phase, startNs }) => phase === first.phase && startNs === first.startNs)) return ends;
    return ends.sort((a, b) => this.compareEnds(a, b));
  }

  private compareEnds(a: PhaseRunning, b: PhaseRunning): number {
    if (a.phase === b.phase && a.startNs === b.startNs) return a.start - b.start;
    const within = this.compareWithin(a.phase, b.phase, a.startNs - b.startNs);
    if (within === undefined) return this.compareScheduling(this.end(a), this.end(b));
    return within || a.start - b.start;
  }

  /**
   * The order of the ends of two phases that began `apart` ns from each other, as far as these
   * two alone decide it: 0 when it is the order in which they began, undefined when what went
   * before or beside them has a say. Pipelines meet the same few pairs over and over.
   */
  private compareWithin(one: Phase, other: Phase, apart: number): number | undefined {
    let known = this.within.get(one)?.get(other);
    if (known === undefined) {
      known = new Map();
      const ofOne = this.within.get(one) ?? new Map<Phase, Map<number, number | undefined>>();
      this.within.set(one, ofOne.set(other, known));
    }
    if (known.has(apart)) return known.get(apart);
    const a = this.history(one);
    const b = this.history(other);
    let order: number | undefined;
    for (let i = a.last, j = b.last; ; ) {
      i = a.cause[i] as number;
      j = b.cause[j] as number;
      if (i < 0 && j < 0) order = apart;
      if (i < 0 || j < 0) break;
      order = apart + (a.time[i] as number) - (b.time[j] as number);
      if (order !== 0) break;
      order = undefined;
      if (a.isArrival[i] !== b.isArrival[j]) break;
    }
    known.set(apart, order);
    return order;
  }

  /** Which of two events was scheduled first. */
  private compareScheduling(first: Moment, second: Moment): number {
    let a = first;
    let b = second;
    for (;;) {
      // Both are what their phases begin with, and phases are numbered in the order in which they began.
      if (this.beginsPhase(a) && this.beginsPhase(b)) return a.run.start - b.run.start || a.event - b.event;
      const scheduledA = this.causeOf(a);
      const scheduledB = this.causeOf(b);
      // The collective's own start comes before anything else.
      if (scheduledA === undefined || scheduledB === undefined) {
        if (scheduledA === scheduledB) return a.run.start - b.run.start || a.event - b.event;
        return scheduledA === undefined ? -1 : 1;
      }
      const apart = this.timeOf(scheduledA) - this.timeOf(scheduledB);
      if (apart !== 0) return apart;
      if (scheduledA.run === scheduledB.run && scheduledA.event === scheduledB.event) {
        return a.run.start - b.run.start || a.event - b.event;
      }
      a = scheduledA;
      b = scheduledB;
      // An arrival against the entry of delays that end in the same tick.
      if (this.isArrival(a) !== this.isArrival(b)) {
        if (this.isArrival(a)) b = this.firstDelayDue(this.timeOf(b));
        else a = this.firstDelayDue(this.timeOf(a));
      }
    }
  }

  /** Of all delays that end at a time, the one that began first. */
  private firstDelayDue(time: number): Moment {
    let first = this.firstDue.get(time);
    if (first !== undefined) return first;
    for (let i = this.log.length - 1; i >= 0; i--) {
      const run = this.log[i] as PhaseRunning;
      if (run.startNs + this.longest < time) break;
      if (run.startNs > time || run.endNs < time) continue;
      for (const event of this.delaysOf(run.phase).get(time - run.startNs) ?? []) {
        const moment = { run, event };
        if (first === undefined || this.compareScheduling(moment, first) < 0) first = moment;
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

  /** The event during which another was scheduled. */
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
    let history = this.histories.get(phase);
    if (history === undefined) {
      history = playPhase(phase, this.endpoint);
      this.histories.set(phase, history);
    }
    return history;
  }

  /** The delays of a phase by the time at which they end. */
  private delaysOf(phase: Phase): Map<number, number[]> {
    let due = this.delaysDue.get(phase);
    if (due === undefined) {
      due = new Map();
      const { time, isArrival } = this.history(phase);
      for (const [event, at] of time.entries()) {
        if (isArrival[event]) continue;
        const list = due.get(at);
        if (list === undefined) due.set(at, [event]);
        else list.push(event);
      }
      this.delaysDue.set(phase, due);
    }
    return due;
  }
}
