import { describe, expect, test } from 'vitest';
import { StreamScheduler, windowPerQueue } from '../../../src/scheduler/stream-scheduler.js';

/** A scheduler that writes down what starts, as `stream@queue`. */
function scheduler(window: number, goesBefore: (newcomer: number, waiting: number) => boolean = () => false) {
  const started: string[] = [];
  const streams = new StreamScheduler({
    window,
    place: (queue, stream) => queue.add(stream, goesBefore),
    onStart: (stream, queue) => started.push(`${stream}@${queue}`),
  });
  return { streams, started };
}

describe('the window of a queue', () => {
  test('is its share of the active chunks, rounded up', () => {
    expect([1, 2, 3, 4, 5, 8].map((active) => windowPerQueue(active, 4))).toEqual([1, 1, 1, 1, 2, 2]);
    expect([1, 2, 7].map((active) => windowPerQueue(active, 1))).toEqual([1, 2, 7]);
  });
});

describe('streams move through queues (docs/model.md, section 6)', () => {
  test('they start at once while there is room, then wait', () => {
    const { streams, started } = scheduler(2);
    for (const stream of [0, 1, 2]) streams.enter(stream, 0);
    streams.enter(3, 1);
    expect(started).toEqual(['0@0', '1@0', '3@1']);
    expect([streams.waitingIn(0), streams.waitingIn(1)]).toEqual([1, 0]);
  });

  test('one that moves on makes room: the old queue starts its next before the new queue does', () => {
    const { streams, started } = scheduler(1);
    for (const stream of [0, 1, 2]) streams.enter(stream, 0);
    streams.move(0, 0, 1);
    expect(started).toEqual(['0@0', '1@0', '0@1']);
  });

  test('one that comes back to its queue stands behind those that wait there', () => {
    const { streams, started } = scheduler(1);
    for (const stream of [0, 1]) streams.enter(stream, 0);
    streams.move(0, 0, 0);
    streams.leave(0);
    streams.leave(0);
    expect(started).toEqual(['0@0', '1@0', '0@0']);
  });

  test('it is placed before the old queue starts anybody, so a preferred one can start again at once', () => {
    const { streams, started } = scheduler(1, (newcomer, waiting) => newcomer < waiting);
    for (const stream of [0, 1]) streams.enter(stream, 0);
    streams.move(0, 0, 0);
    expect(started).toEqual(['0@0', '0@0']);
  });

  test('one that leaves lets the next start, and the last leaves nothing', () => {
    const { streams, started } = scheduler(1);
    for (const stream of [0, 1]) streams.enter(stream, 0);
    streams.leave(0);
    streams.leave(0);
    expect(started).toEqual(['0@0', '1@0']);
    streams.enter(2, 0);
    expect(started).toEqual(['0@0', '1@0', '2@0']);
  });
});
