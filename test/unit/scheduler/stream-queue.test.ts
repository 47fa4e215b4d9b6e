import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StreamQueue } from '../../../src/scheduler/stream-queue.js';

const never = () => false;
const always = () => true;

describe('a queue of streams', () => {
  test('runs as many as its window, the others wait in order', () => {
    const queue = new StreamQueue(2);
    for (const stream of [5, 6, 7, 8]) queue.add(stream, never);
    expect([queue.start(), queue.start(), queue.start()]).toEqual([5, 6, undefined]);
    expect([queue.runningCount, queue.waitingCount]).toEqual([2, 2]);
    queue.finish();
    expect([queue.start(), queue.start()]).toEqual([7, undefined]);
    queue.finish();
    queue.finish();
    expect([queue.start(), queue.start()]).toEqual([8, undefined]);
    expect([queue.runningCount, queue.waitingCount]).toEqual([1, 0]);
  });

  test('places a newcomer behind the last that it does not go before', () => {
    const priorities = [3, 9, 3, 5, 1];
    const higher = (newcomer: number, waiting: number) =>
      (priorities[newcomer] as number) > (priorities[waiting] as number);
    const queue = new StreamQueue(10);
    for (const stream of priorities.keys()) queue.add(stream, higher);
    // By priority, equal ones as they came.
    expect(priorities.map(() => queue.start())).toEqual([1, 3, 0, 2, 4]);
  });

  test('places nobody before one that already runs', () => {
    const queue = new StreamQueue(1);
    queue.add(1, always);
    expect(queue.start()).toBe(1);
    queue.add(2, always);
    queue.add(3, always);
    queue.finish();
    expect(queue.start()).toBe(3);
  });

  test('forgets nothing when it lets go of its history', () => {
    // Past 64 departures the list is cut; a model that never is must agree throughout.
    const steps = fc.array(fc.constantFrom('add', 'add first', 'start'), { minLength: 300, maxLength: 600 });
    fc.assert(
      fc.property(steps, (list) => {
        const queue = new StreamQueue(Number.POSITIVE_INFINITY);
        const model: number[] = [];
        const started: (number | undefined)[] = [];
        const expected: (number | undefined)[] = [];
        for (const [stream, step] of list.entries()) {
          if (step === 'start') {
            started.push(queue.start());
            expected.push(model.shift());
          } else if (step === 'add') {
            queue.add(stream, never);
            model.push(stream);
          } else {
            queue.add(stream, always);
            model.unshift(stream);
          }
        }
        expect(started).toEqual(expected);
        expect(queue.waitingCount).toBe(model.length);
      }),
      { numRuns: 50 },
    );
  });
});
