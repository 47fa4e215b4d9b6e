import { describe, expect, test } from 'vitest';
import { Divergence } from '../../../../src/engine/divergence.js';
import { EventQueue } from '../../../../src/engine/event-queue.js';
import { Lineage, Marks } from '../../../../src/engine/message/lineage.js';

/** At a time after the start. */
function lineageAt(time: number, places = 12): { queue: EventQueue; lineage: Lineage } {
  const queue = new EventQueue();
  const lineage = new Lineage(queue, places);
  lineage.enter(0, 0);
  queue.schedule(time, 0);
  queue.take();
  return { queue, lineage };
}

describe('cohorts', () => {
  test('are events of one tick that were scheduled by one cohort', () => {
    const { queue, lineage } = lineageAt(5);
    lineage.enter(1, 0);
    const first = lineage.cohort;
    lineage.enter(1, 3);
    expect(lineage.cohort).toBe(first);
    lineage.enter(2, 3);
    expect(lineage.cohort).toBeGreaterThan(first);
    queue.schedule(6, 0);
    queue.take();
    const before = lineage.cohort;
    lineage.enter(2, 3);
    expect(lineage.cohort).toBeGreaterThan(before);
  });
});

describe('origins', () => {
  test('move with the coordinate along a dimension, and round it', () => {
    // 4 x 3 NPUs; 7 is at (3, 1).
    const { lineage } = lineageAt(5);
    lineage.enter(1, 7);
    expect(lineage.seenFrom(1, 4, 1, false)).toBe(4);
    expect(lineage.seenFrom(1, 4, -1, false)).toBe(6);
    expect(lineage.seenFrom(4, 3, 2, false)).toBe(3);
  });

  test('come back from a partner of a partner', () => {
    const { lineage } = lineageAt(5);
    lineage.enter(1, 7);
    lineage.enter(1, lineage.seenFrom(1, 4, 2, true));
    expect(lineage.origin).toBe(5);
    expect(lineage.seenFrom(1, 4, 2, true)).toBe(7);
  });

  test('that are like no other stay apart wherever they go', () => {
    const { lineage } = lineageAt(5);
    const one = lineage.stranger();
    lineage.enter(1, one);
    const there = lineage.seenFrom(1, 4, 1, false);
    expect(there).not.toBe(one);
    lineage.enter(1, there);
    expect(lineage.seenFrom(1, 4, 3, false)).toBe(one);
    expect(lineage.stranger()).not.toBe(one);
  });
});

describe('meeting', () => {
  test('is harmless in two cohorts, and for one origin; else NPUs part', () => {
    const { lineage } = lineageAt(5);
    const marks = new Marks();
    lineage.enter(1, 0);
    lineage.meet(marks, 0);
    lineage.enter(1, 0);
    lineage.meet(marks, 0);
    lineage.enter(2, 4);
    lineage.meet(marks, 0);
    lineage.enter(2, 5);
    lineage.meet(marks, 1);
    expect(() => lineage.meet(marks, 0)).toThrow(Divergence);
  });

  test('events that are only noted may differ among themselves, but not from one that is checked', () => {
    const { lineage } = lineageAt(5);
    const marks = new Marks();
    lineage.enter(1, 0);
    lineage.note(marks, 0);
    lineage.check(marks, 0);
    lineage.enter(1, 4);
    lineage.note(marks, 0);
    expect(() => lineage.check(marks, 0)).toThrow(Divergence);
    lineage.enter(1, 0);
    expect(() => lineage.check(marks, 0)).toThrow(Divergence);
    lineage.enter(3, 0);
    lineage.check(marks, 0);
  });
});
