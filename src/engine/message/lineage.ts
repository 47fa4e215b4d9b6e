import { Divergence } from '../divergence.js';
import type { EventQueue } from '../event-queue.js';

/**
 * Where NPUs stand for others: whether what happens in one tick comes in the same order on all of them.
 *
 * Machines that are alike do the same in the same ticks; only the order within a tick can differ,
 * because the event list puts what one NPU scheduled before what the next one did. The list of
 * a tick is in the order in which the events ran that scheduled its events, and so on back to
 * the start. Two events of a tick therefore come in one order everywhere
 *
 * - if somewhere on the way back one was scheduled earlier than the other. Events for which that
 *   is not so, one *cohort*, run in a row: an event is in the cohort of the one before it if
 *   both are of one tick and were scheduled by one cohort;
 * - if both descend from the start of one NPU: from there on what an NPU does in one event is
 *   the same everywhere. Seen from where they meet, that NPU is some way off, along the folded
 *   dimensions: their *origins* are equal.
 *
 * Two of one cohort and different origins come in one order on some NPUs and in the other on others.
 * That is no harm until they meet in something that remembers which came first (a link,
 * a queue of chunks, a barrier): then the run throws a {@link Divergence}.
 */
export class Lineage {
  /** Of the event that runs. */
  cohort = 0;
  /** Of the event that runs: whence it came, as a number of an NPU seen from here; more than `places` are unlike all others. */
  origin = 0;
  /** What messages under way, by number, descend from. */
  readonly ofMessages = new Marks();

  private readonly queue: EventQueue;
  private readonly places: number;
  private strangers = 0;
  private time = -1;
  private parent = -1;

  /** @param places - NPUs of the whole machine. */
  constructor(queue: EventQueue, places: number) {
    this.queue = queue;
    this.places = places;
  }

  /** An event begins that was scheduled by one of cohort `parent` and descends from `origin`. */
  enter(parent: number, origin: number): void {
    const { now } = this.queue;
    if (now !== this.time || parent !== this.parent) {
      this.time = now;
      this.parent = parent;
      this.cohort++;
    }
    this.origin = origin;
  }

  /** {@link enter} with what was marked when the event was scheduled. */
  enterFrom({ cohorts, origins }: Marks, index: number): void {
    this.enter(cohorts[index] as number, origins[index] as number);
  }

  /** Marks what is scheduled by the event that runs; `origin` is another one where it happens elsewhere. */
  mark(marks: Marks, index: number, origin = this.origin): void {
    marks.cohorts[index] = this.cohort;
    marks.origins[index] = origin;
  }

  /** From here on, what runs is like nothing else of its cohort: what it descends from differs from NPU to NPU. */
  estrange(): void {
    this.origin = this.stranger();
  }

  /** An origin like no other. */
  stranger(): number {
    const origin = ++this.strangers * this.places;
    if (origin > Number.MAX_SAFE_INTEGER - this.places) throw new Divergence(this.queue.now);
    return origin;
  }

  /**
   * The origin as seen from an NPU `offset` further along a folded dimension, in which ids grow by
   * `stride`. Where ranks pair up the offset is a power of two, and going it twice leads back.
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

  /** The event meets whatever met something before in this tick. @throws Divergence where that was first only here. */
  meet(marks: Marks, index: number): void {
    this.check(marks, index);
    marks.cohorts[index] = this.cohort;
    marks.origins[index] = this.origin;
  }

  /** @throws Divergence when what was noted last comes after this event on other NPUs. */
  check({ cohorts, origins }: Marks, index: number): void {
    if (cohorts[index] === this.cohort && origins[index] !== this.origin) throw new Divergence(this.queue.now);
  }

  /** Notes the event, for others to be checked against; the order of those that are noted does not matter. */
  note(marks: Marks, index: number): void {
    marks.origins[index] = this.differs(marks, index) ? Number.NaN : this.origin;
    marks.cohorts[index] = this.cohort;
  }

  /** Whether what was noted last comes after this event on other NPUs. */
  differs({ cohorts, origins }: Marks, index: number): boolean {
    return cohorts[index] === this.cohort && origins[index] !== this.origin;
  }
}

/** For each of some things: cohort and origin of an event. */
export class Marks {
  readonly cohorts: number[] = [];
  readonly origins: number[] = [];
}
