import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventQueue } from '../../../src/engine/event-queue.js';

/** The same promise kept plainly: a list in order of time, those of one time as they came. */
class SortedList {
  now = 0;
  private readonly list: { readonly time: number; readonly event: number }[] = [];

  get size(): number {
    return this.list.length;
  }

  schedule(time: number, event: number): void {
    const place = this.list.findIndex((other) => other.time > time);
    this.list.splice(place === -1 ? this.list.length : place, 0, { time, event });
  }

  take(): number | undefined {
    const first = this.list.shift();
    if (first !== undefined) this.now = first.time;
    return first?.event;
  }
}

/** Takes everything there is, with the times. */
function drain(queue: EventQueue): [number, number][] {
  const taken: [number, number][] = [];
  for (let event = queue.take(); event !== undefined; event = queue.take()) taken.push([queue.now, event]);
  return taken;
}

describe('the event queue', () => {
  test('takes by time, within one time in order of scheduling', () => {
    const queue = new EventQueue();
    for (const [time, event] of [
      [5, 1],
      [3, 2],
      [5, 3],
      [3, 4],
      [0, 5],
    ] as const)
      queue.schedule(time, event);
    expect(queue.size).toBe(5);
    expect(drain(queue)).toEqual([
      [0, 5],
      [3, 2],
      [3, 4],
      [5, 1],
      [5, 3],
    ]);
    expect(queue.size).toBe(0);
  });

  test('a time that grows while it runs comes to its end before the next begins', () => {
    const queue = new EventQueue();
    queue.schedule(3, 1);
    queue.schedule(4, 2);
    expect(queue.take()).toBe(1);
    queue.schedule(3, 3);
    queue.schedule(4, 4);
    expect(queue.take()).toBe(3);
    queue.schedule(3, 5);
    expect(drain(queue)).toEqual([
      [3, 5],
      [4, 2],
      [4, 4],
    ]);
  });

  test('goes on after it has been empty, also at the same time', () => {
    const queue = new EventQueue();
    expect(queue.take()).toBeUndefined();
    queue.schedule(7, 1);
    expect(drain(queue)).toEqual([[7, 1]]);
    queue.schedule(7, 2);
    queue.schedule(8, 3);
    expect(queue.now).toBe(7);
    expect(drain(queue)).toEqual([
      [7, 2],
      [8, 3],
    ]);
    expect(queue.take()).toBeUndefined();
    expect(queue.now).toBe(8);
  });

  test('keeps times apart that 32 bits would not', () => {
    const queue = new EventQueue();
    const times = [2 ** 53 - 1, 2 ** 32, 1, 2 ** 31, 2 ** 32 + 1];
    for (const [event, time] of times.entries()) queue.schedule(time, event);
    expect(drain(queue)).toEqual([
      [1, 2],
      [2 ** 31, 3],
      [2 ** 32, 1],
      [2 ** 32 + 1, 4],
      [2 ** 53 - 1, 0],
    ]);
  });

  test('agrees with a sorted list in any course of scheduling and taking', () => {
    // Few distinct times, so that many events share one; bursts, so that the arrays grow (at 64 and 128).
    const scheduling = fc.record({
      ahead: fc.oneof(fc.nat(3), fc.nat(1000)),
      count: fc.oneof(fc.constant(1), fc.nat(90)),
    });
    const taking = fc.nat(60);
    fc.assert(
      fc.property(fc.array(fc.oneof(scheduling, taking), { maxLength: 40 }), (steps) => {
        const queue = new EventQueue();
        const model = new SortedList();
        let event = 0;
        // Thousands of comparisons: plain ones, as an expectation each would take most of the time.
        const takeBoth = () => {
          const [got, expected] = [queue.take(), model.take()];
          if (got !== expected || queue.now !== model.now || queue.size !== model.size)
            throw new Error(`took ${got} at ${queue.now}, not ${expected} at ${model.now}`);
        };
        for (const step of steps) {
          if (typeof step === 'number') {
            for (let i = 0; i < step; i++) takeBoth();
          } else {
            for (let i = 0; i < step.count; i++) {
              const time = model.now + ((step.ahead * (i % 5)) % 1009);
              queue.schedule(time, event);
              model.schedule(time, event++);
            }
          }
        }
        while (model.size > 0) takeBoth();
        takeBoth();
      }),
      { numRuns: 200 },
    );
  });
});
