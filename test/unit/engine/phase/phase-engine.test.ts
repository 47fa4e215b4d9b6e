import { describe, expect, test } from 'vitest';
import { type CollectiveOptions, simulateAllReduce, simulateCollective } from '../../../../src/index.js';
import { phasesOf } from '../../../support/phases-of.js';

// Two dimensions of two NPUs, no end-point delay, no time for reductions. A chunk of 80 bytes
// takes 40 ns of reduce-scatter in dimension 0 (40 bytes), 2 * (10 + 20) ns of all-reduce in
// dimension 1, and 40 ns of all-gather in dimension 0.
const OPTIONS: CollectiveOptions = {
  topology: [
    { kind: 'fully-connected', npus: 2, bandwidth: 1, latency: 0 },
    { kind: 'fully-connected', npus: 2, bandwidth: 1, latency: 10 },
  ],
  size: 240,
  splits: 3,
  endpointDelay: 0,
  localMemoryBandwidth: 1e9,
  timeline: true,
};

/** Per chunk, its phases as `queue: start-end`, the queue as dimension.position. */
function schedule(options: Partial<CollectiveOptions>) {
  const { timeline = [], ...result } = simulateAllReduce({ ...OPTIONS, ...options });
  const chunks = [0, 1, 2].map((chunk) =>
    timeline
      .filter((span) => span.chunk === chunk)
      .map(({ dimension, queue, startNs, endNs }) => `${dimension}.${queue}: ${startNs}-${endNs}`),
  );
  return { ...result, chunks, busyNs: result.dimensions.map(({ busyNs }) => busyNs) };
}

describe('three chunks through two dimensions', () => {
  test('one at a time: reduce-scatter and all-gather share the queue of dimension 0', () => {
    const result = schedule({});
    const { chunks, timeNs, busyNs } = result;
    const phases = result.chunkPlans[0]?.phases ?? [];
    expect(phases.map(({ durationNs }) => durationNs)).toEqual([40, 60, 40]);
    expect(chunks).toEqual([
      // Its all-gather comes at 100, while chunk 2 runs.
      ['0.0: 0-40', '1.0: 40-100', '0.0: 120-160'],
      ['0.0: 40-80', '1.0: 100-160', '0.0: 160-200'],
      ['0.0: 80-120', '1.0: 160-220', '0.0: 220-260'],
    ]);
    expect(timeNs).toBe(260);
    // 0-200 and 220-260; 40-220.
    expect(busyNs).toEqual([240, 180]);
  });

  test('two at a time', () => {
    const { chunks, timeNs, busyNs } = schedule({ activeChunks: 2 });
    expect(chunks).toEqual([
      ['0.0: 0-40', '1.0: 40-100', '0.0: 100-140'],
      ['0.0: 0-40', '1.0: 40-100', '0.0: 100-140'],
      ['0.0: 40-80', '1.0: 100-160', '0.0: 160-200'],
    ]);
    expect(timeNs).toBe(200);
    // 0-80, 100-140 and 160-200; 40-160.
    expect(busyNs).toEqual([160, 120]);
  });

  test('two queues per dimension: all-gathers have one to themselves', () => {
    const { chunks, timeNs, busyNs } = schedule({ queuesPerDimension: 2 });
    expect(chunks).toEqual([
      ['0.0: 0-40', '1.0: 40-100', '0.1: 100-140'],
      ['0.0: 40-80', '1.0: 100-160', '0.1: 160-200'],
      ['0.0: 80-120', '1.0: 160-220', '0.1: 220-260'],
    ]);
    expect(timeNs).toBe(260);
    // 0-140, 160-200 and 220-260.
    expect(busyNs).toEqual([220, 180]);
  });

  test('baseline: 2 * 40 ns, then 2 * (10 + 40) ns of everything', () => {
    const { chunks, timeNs } = schedule({ decomposition: 'baseline', queuesPerDimension: 2, activeChunks: 2 });
    expect(chunks).toEqual([
      ['0.0: 0-80', '1.0: 80-180'],
      ['0.1: 0-80', '1.1: 80-180'],
      ['0.0: 80-160', '1.0: 180-280'],
    ]);
    expect(timeNs).toBe(280);
  });
});

describe('the order of dimensions', () => {
  test('an all-gather starts in the last, the others in the first', () => {
    const order = (collective: 'all-gather' | 'reduce-scatter' | 'all-to-all') =>
      phasesOf(simulateCollective({ ...OPTIONS, collective })).map(({ dimension }) => dimension);
    expect(order('all-gather')).toEqual([1, 0]);
    expect(order('reduce-scatter')).toEqual([0, 1]);
    expect(order('all-to-all')).toEqual([0, 1]);
  });

  test('dimensions that take no part are passed by', () => {
    const result = simulateAllReduce({ ...OPTIONS, involvedDimensions: [false, true] });
    const { ranks, npus } = result;
    const phases = phasesOf(result);
    expect(phases.map(({ dimension, bytes }) => [dimension, bytes])).toEqual([[1, 80]]);
    expect([ranks, npus]).toEqual([2, 4]);
  });
});
