import { Divergence } from '../divergence.js';
import type { EventQueue } from '../event-queue.js';

/** Where in the order of its tick an event comes: see {@link Lineage}. */
export interface Descent {
  readonly cohort: number;
  origin: number;
  /** A unique origin. */
  stranger(): number;
}

/** With classes, numbers of known origins are below this. */
export const MOST_ORIGINS = 2 ** 20;

/**
 * Tells in a folded run whether events of one tick come in the same order on all NPUs.
 *
 * Equivalent NPUs do the same in the same ticks; only the order within a tick can differ,
 * because the event list holds one NPU's events before those of the next. The list of
 * a tick follows the order of the events that scheduled its events, and so on back to
 * the start. Two events of a tick therefore come in the same order everywhere
 *
 * - if somewhere on the way back one was scheduled earlier than the other. Events for which this
 *   never holds form a *cohort* and run consecutively: an event is in the cohort of the one before it if
 *   both are of one tick and were scheduled by one cohort;
 * - if both descend from the start of one NPU: from there on, what an NPU does in one event is
 *   the same everywhere. Seen from where the events meet, that NPU is some distance away along the
 *   folded dimensions: their *origins* are equal.
 *
 * Events of one cohort and different origins come in one order on some NPUs and in the other on others.
 * This is harmless until they meet in something that remembers which came first (a link,
 * a queue of chunks, a barrier): then the run throws a {@link Divergence}.
 */
export class Lineage implements Descent {
  /** Of the running event. */
  cohort = 0;
  /** Of the running event: the NPU it descends from, as seen from here; numbers above `places` are unique origins. */
  origin = 0;
  /** Per message in flight: what it descends from. */
  readonly ofMessages = new Marks();

  private readonly queue: EventQueue;
  private readonly places: number;
  private strangers = 0;
  private time = -1;
  private parent = -1;

  /** @param places - NPUs of the whole machine; with classes, numbers of known origins are below. */
  constructor(queue: EventQueue, places: number) {
    this.queue = queue;
    this.places = places;
  }

  /** Begins an event that cohort `parent` scheduled and that descends from `origin`. */
  enter(parent: number, origin: number): void {
    const { now } = this.queue;
    if (now !== this.time || parent !== this.parent) {
      this.time = now;
      this.parent = parent;
      this.cohort++;
    }
    this.origin = origin;
  }

  /** {@link enter} with the marks made when the event was scheduled. */
  enterFrom({ cohorts, origins }: Marks, index: number): void {
    this.enter(cohorts[index] as number, origins[index] as number);
  }

  /** Marks what the running event schedules; `origin` differs if that happens on another NPU. */
  mark(marks: Marks, index: number, origin = this.origin): void {
    marks.cohorts[index] = this.cohort;
    marks.origins[index] = origin;
  }

  /** Gives the running event a unique origin, because what it descends from differs from NPU to NPU. */
  estrange(): void {
    this.origin = this.stranger();
  }

  /** A unique origin. */
  stranger(): number {
    const origin = ++this.strangers * this.places;
    if (origin > Number.MAX_SAFE_INTEGER - this.places) throw new Divergence(this.queue.now);
    return origin;
  }

  /**
   * The origin as seen from an NPU `offset` further along a folded dimension, in which ids grow by
   * `stride`. Where ranks pair up, the offset is a power of two, and taking it twice leads back.
   */
  seenFrom(stride: number, ranks: number, offset: number, pairwise: boolean): number {
    const { origin } = this;
    const digit = Math.floor((origin % this.places) / stride) % ranks;
    let there = digit + offset;
    if (pairwise) there = Math.floor(digit / offset) % 2 === 0 ? there : digit - offset;
    else if (there >= ranks) there -= ranks;
    else if (there < 0) there += ranks;
    return origin + (there - digit) * stride;
  }

  /** The event meets those that came to the same place in this tick. @throws Divergence if they came first only on this NPU. */
  meet(marks: Marks, index: number): void {
    this.check(marks, index);
    marks.cohorts[index] = this.cohort;
    marks.origins[index] = this.origin;
  }

  /** @throws Divergence if the event noted last comes after this one on other NPUs. */
  check({ cohorts, origins }: Marks, index: number): void {
    if (cohorts[index] === this.cohort && origins[index] !== this.origin) throw new Divergence(this.queue.now);
  }

  /** Notes the event for later checks; the order of noted events does not matter. */
  note(marks: Marks, index: number): void {
    marks.origins[index] = this.differs(marks, index) ? Number.NaN : this.origin;
    marks.cohorts[index] = this.cohort;
  }

  /** Whether the event noted last comes after this one on other NPUs. */
  differs({ cohorts, origins }: Marks, index: number): boolean {
    return cohorts[index] === this.cohort && origins[index] !== this.origin;
  }
}

/** By index: cohort and origin of an event. */
export class Marks {
  readonly cohorts: number[] = [];
  readonly origins: number[] = [];
}
