import { describe, expect, test } from 'vitest';
import { type DimensionSpec, simulateAllGather, simulateAllReduce } from '../../../src/index.js';

const E = 10;

/**
 * A ring all-gather, by its definition: rank r sends packet k, and packet k + 1 once it has
 * sent packet k, received that of its predecessor, and paid the end-point delay.
 */
function ringFinish(starts: readonly number[], delays: readonly number[]): number[] {
  const n = starts.length;
  let sent = starts.map((start) => start + E);
  for (let step = 1; step < n; step++) {
    sent = sent.map((mine, r) => {
      const before = (r + n - 1) % n;
      return Math.max(mine, (sent[before] as number) + (delays[before] as number)) + E;
    });
  }
  return sent;
}

describe('start times', () => {
  const topology = [{ kind: 'ring', npus: 4, bandwidth: 1, latency: 100 }] as const;
  const options = { topology, size: 50, splits: 1 };

  test.each([
    ['together', [0, 0, 0, 0]],
    ['one straggler', [0, 0, 5000, 0]],
    ['all apart', [10, 700, 20, 333]],
  ])('%s: a ring all-gather by its definition', (_, startTimes) => {
    // A message of 50 bytes: 100 + 50 / 1 ns.
    const expected = ringFinish(startTimes, [150, 150, 150, 150]);
    const { finishNs, finishNsByNpu, timeNs } = simulateAllGather({ ...options, startTimes });
    // Only those that do not all finish together are listed.
    const alike = new Set(expected).size === 1;
    expect(finishNsByNpu).toEqual(alike ? undefined : expected);
    expect([finishNs, timeNs]).toEqual([Math.max(...expected), Math.max(...expected)]);
  });

  test('all late by the same is late by that', () => {
    const { timeNs } = simulateAllReduce(options);
    expect(simulateAllReduce({ ...options, startTimes: [77, 77, 77, 77] }).timeNs).toBe(timeNs + 77);
  });

  test('one for each NPU', () => {
    expect(() => simulateAllReduce({ ...options, startTimes: [1, 2] })).toThrow(
      /startTimes: expected one time per NPU \(4\)/,
    );
  });
});

describe('dimension-order routing', () => {
  const topology: readonly DimensionSpec[] = [
    { kind: 'ring', npus: 4, bandwidth: 2, latency: 100 },
    { kind: 'switch', npus: 3, bandwidth: 0.5, latency: 1000 },
  ];
  const options = { topology, size: 60, splits: 1, algorithms: 'one-ring' } as const;

  test('a flat ring pays for the slow hops that its messages cross', () => {
    // Within a group: 100 + 60 / 2. From the last of a group to the first of the next, both dimensions:
    // 130 in the ring (one hop, the other way round), 2 * 1000 + 60 / 0.5 through the switch.
    const delays = Array.from({ length: 12 }, (_, r) => (r % 4 === 3 ? 130 + 2120 : 130));
    const expected = ringFinish(new Array(12).fill(0), delays);
    const { finishNsByNpu } = simulateAllGather({ ...options, routing: 'dimension-order' });
    expect(finishNsByNpu).toEqual(expected);
    // The reference charges all of them 130: 11 steps.
    expect(simulateAllGather(options).finishNs).toBe(E + 11 * (130 + E));
  });

  test('changes nothing where every algorithm stays in its dimension', () => {
    const layered = { topology, size: 600 };
    expect(simulateAllReduce({ ...layered, routing: 'dimension-order' }).timeNs).toBe(
      simulateAllReduce(layered).timeNs,
    );
  });

  test('warns of a flat algorithm only where it is not charged', () => {
    const codes = (routing: 'first-dimension' | 'dimension-order') =>
      simulateAllGather({ ...options, routing }).warnings.map(({ code }) => code);
    expect(codes('first-dimension')).toContain('flat-never-pays-slow-dimensions');
    expect(codes('dimension-order')).not.toContain('flat-never-pays-slow-dimensions');
  });
});

describe('a ring in both directions', () => {
  const topology = [{ kind: 'ring', npus: 8, bandwidth: 10, latency: 50 }] as const;

  test.each(['congestion-unaware', 'congestion-aware'] as const)('takes the time of half the bytes, %s', (network) => {
    // One chunk of 80,000 bytes: half is 40,000, messages of 5,000 bytes, 50 + 500 ns each,
    // reductions of 3 * trunc(5000 / 100) ns: e + 7 (D + e + R) + 7 (D + e).
    const { timeNs } = simulateAllReduce({
      topology,
      size: 80_000,
      splits: 1,
      algorithms: 'bidirectional-ring',
      localMemoryBandwidth: 100,
      network,
    });
    expect(timeNs).toBe(E + 7 * (550 + E + 150) + 7 * (550 + E));
  });

  test('sends as many bytes as one way', () => {
    const sent = (algorithms: 'ring' | 'bidirectional-ring') =>
      simulateAllReduce({ topology, size: 80_000, splits: 1, algorithms }).dimensions[0]?.bytesSentPerNpu;
    expect(sent('bidirectional-ring')).toBe(sent('ring'));
  });
});
