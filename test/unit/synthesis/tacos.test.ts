import { describe, expect, it } from 'vitest';
import { SimulationError } from '../../../src/base/errors.js';
import { finishNs, type TransferTimes } from '../../../src/synthesis/schedule.js';
import { tacos } from '../../../src/synthesis/tacos/tacos.js';
import { TimeQueue } from '../../../src/synthesis/tacos/time-queue.js';
import { graphOf, linksByName } from '../../support/graphs.js';

const TORUS = graphOf(16, linksByName('torus-4x4'), { latencyNs: 100 });

describe('tacos', () => {
  it('gives the same schedule for the same seed, and others for others', () => {
    const make = (seed: number) => tacos(TORUS, 'all-gather', { bytes: 16_000, seed });
    expect(make(1)).toEqual(make(1));
    expect(make(1).path).not.toEqual(make(2).path);
  });

  it('plans the shortest possible on a line of links', () => {
    // 0 -> 1 -> 2 -> 0, 100 bytes a chunk: two steps of 100 ns and a latency of 10 each.
    const ring = graphOf(
      3,
      [
        [0, 1, 1],
        [1, 2, 1],
        [2, 0, 1],
      ],
      { latencyNs: 10 },
    );
    const { plan } = tacos(ring, 'all-gather', { bytes: 300 });
    expect(finishNs(plan as TransferTimes)).toBe(220);
    const both = tacos(ring, 'all-reduce', { bytes: 300 });
    expect(finishNs(both.plan as TransferTimes)).toBe(440);
    // With two pieces, a link sends one while the other arrives: four steps, and one latency.
    const pieces = tacos(ring, 'all-reduce', { bytes: 300, chunksPerNpu: 2 });
    expect(finishNs(pieces.plan as TransferTimes)).toBe(410);
  });

  it('sends a chunk again over a faster link only when it may', () => {
    // NPU 2 can have the chunk of 0 from 0 in 1000 ns, or from 1 after 10 + 10 ns.
    const graph = graphOf(3, [
      [0, 2, 0.1],
      [0, 1, 10],
      [1, 2, 10],
      [2, 0, 10],
    ]);
    const planNs = (variant: 'reserve' | 'earlier') =>
      finishNs(tacos(graph, 'all-gather', { bytes: 300, variant, tries: 5 }).plan as TransferTimes);
    expect(planNs('reserve')).toBe(1000);
    expect(planNs('earlier')).toBe(20);
  });

  it('cuts a buffer into whole bytes and loses none', () => {
    const { bytes, chunk, to } = tacos(TORUS, 'all-gather', { bytes: 1003, chunksPerNpu: 2 });
    let received = 0;
    for (const [i, size] of bytes.entries()) if (to[i] === 0) received += size;
    // 1003 = 32 * 31 + 11: chunks 0 to 10 have 32 bytes. NPU 0 has chunks 0 and 16 from the start.
    expect(received).toBe(1003 - 32 - 31);
    expect(new Set(chunk).size).toBe(32);
  });

  it('refuses what it cannot do, naming it', () => {
    expect(() => tacos(TORUS, 'all-gather', { bytes: 0, tries: 0 })).toThrow(/bytes: .*\ntries: /);
    const star = { ...graphOf(2, [[0, 2, 1]]), devices: 3 };
    expect(() => tacos({ ...star, links: [] }, 'all-gather', { bytes: 1 })).toThrow(/from NPU 0 to NPU 1/);
    const cables = graphOf(2, [
      [0, 2, 1],
      [2, 0, 1],
      [1, 2, 1],
      [2, 1, 1],
    ]);
    expect(() => tacos({ ...cables, devices: 3 }, 'all-gather', { bytes: 1 })).toThrow(/devices: .*1 switches/);
    expect(() => tacos(graphOf(2, [[0, 0, 1]]), 'all-gather', { bytes: 1 })).toThrow(/links\[0\].to: expected another/);
  });

  it('stops when asked to, and says how far it is', () => {
    const seen: number[] = [];
    const stop = new AbortController();
    const onProgress = (done: number) => {
      seen.push(done);
      if (done >= 0.5) stop.abort();
    };
    const run = () => tacos(TORUS, 'all-gather', { bytes: 16, tries: 10, signal: stop.signal, onProgress });
    expect(run).toThrow(SimulationError);
    expect(seen).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
  });
});

describe('TimeQueue', () => {
  it('hands out what is due, by time', () => {
    const times = [5, 3, 9, 3, 7];
    const queue = new TimeQueue(times);
    for (const id of times.keys()) queue.add(id);
    expect(queue.next).toBe(3);
    expect(queue.takeUntil(5)).toBe(5);
    expect(queue.taken.map((id) => times[id])).toEqual([3, 3, 5]);
    expect(queue.takeUntil(100)).toBe(9);
    expect(queue.next).toBe(Number.POSITIVE_INFINITY);
  });
});
