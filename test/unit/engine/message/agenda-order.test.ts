import { beforeEach, describe, expect, test } from 'vitest';
import { Divergence } from '../../../../src/engine/divergence.js';
import { EventQueue } from '../../../../src/engine/event-queue.js';
import { Agenda } from '../../../../src/engine/message/agenda.js';
import { Lineage, Marks } from '../../../../src/engine/message/lineage.js';

/** A cohort of tick 10, in which delays begin that end at 20. */
const EARLY = 1;
const LATE = 2;

describe('items of one entry', () => {
  let queue: EventQueue;
  let lineage: Lineage;
  let agenda: Agenda;

  beforeEach(() => {
    queue = new EventQueue();
    lineage = new Lineage(queue, 8);
    agenda = new Agenda(queue, 1, lineage);
    tick(10);
  });

  /** Goes on to a time; whatever is due until then is taken off the list and not run. */
  function tick(time: number): void {
    queue.schedule(time, 0);
    while (queue.now < time) queue.take();
  }

  /** An event of a cohort and an origin adds an item to the agenda of NPU 0. */
  function add(parent: number, origin: number, item: number, exchangeable = false, time = 20): void {
    lineage.enter(parent, origin);
    agenda.add(0, time, item, 0, exchangeable);
  }

  /** Runs entry 0, and lets each of its items meet the same thing. */
  function run(): void {
    tick(20);
    const marks = new Marks();
    agenda.begin(0);
    while (agenda.next(0) >= 0) lineage.meet(marks, 0);
  }

  test('are in one order when they were added by different cohorts', () => {
    add(EARLY, 0, 4);
    add(LATE, 3, 8);
    expect(run).not.toThrow();
  });

  test('or by events that descend from one NPU', () => {
    add(EARLY, 3, 4);
    add(EARLY, 3, 8);
    expect(run).not.toThrow();
  });

  test('else NPUs part where they meet', () => {
    add(EARLY, 0, 4);
    add(EARLY, 3, 8);
    expect(run).toThrow(Divergence);
  });

  test('unless they are of one lane and may be exchanged', () => {
    add(EARLY, 0, 4, true);
    add(EARLY, 3, 4, true);
    expect(run).not.toThrow();
  });

  test('but then which of them made the entry differs: it may come before or after an event of its cohort', () => {
    add(EARLY, 0, 4, true);
    add(EARLY, 3, 4, true);
    const made = lineage.cohort;
    tick(20);
    const marks = new Marks();
    agenda.begin(0);
    lineage.note(marks, 0);
    // An arrival that was scheduled by the cohort that made the entry, and by the same NPU as its first item.
    lineage.enter(made, 0);
    expect(() => lineage.check(marks, 0)).toThrow(Divergence);
  });

  test('an item without delay comes too late for the entry of its tick on some NPUs', () => {
    add(EARLY, 0, 4);
    const made = lineage.cohort;
    tick(20);
    agenda.begin(0);
    while (agenda.next(0) >= 0);
    expect(() => add(made, 3, 8, false, 20)).toThrow(Divergence);
  });

  test('or just in time', () => {
    add(EARLY, 0, 4);
    const made = lineage.cohort;
    tick(20);
    add(made, 3, 8, false, 20);
    expect(() => agenda.begin(0)).toThrow(Divergence);
  });
});
