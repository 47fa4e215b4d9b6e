import { describe, expect, test } from 'vitest';
import {
  type CollectiveOptions,
  simulateAllGather,
  simulateAllReduce,
  simulateAllToAll,
  simulateReduceScatter,
} from '../../../src/index.js';
import { phasesOf } from '../../support/phases-of.js';

// Four chunks of 400 bytes round a ring of four: messages of 100 bytes take 110 ns, a
// reduction 150 ns, end points 10 ns (worked out in engine/phase-duration.test.ts).
const RING: CollectiveOptions = {
  topology: [{ kind: 'ring', npus: 4, bandwidth: 1, latency: 10 }],
  size: 1600,
  localMemoryBandwidth: 2,
};

describe('the result of an all-reduce', () => {
  const result = simulateAllReduce(RING);

  test('says when it ends', () => {
    // 4 chunks one after the other, 1180 ns each.
    expect(result).toMatchObject({ timeNs: 4720, finishNs: 4720, bytes: 1600, totalBytes: 1600, ranks: 4, npus: 4 });
    expect(result).toMatchObject({ chunks: 4, collective: 'all-reduce' });
    expect(phasesOf(result)).toEqual([
      { collective: 'all-reduce', dimension: 0, algorithm: 'ring', bytes: 400, durationNs: 1180 },
    ]);
    // One event per phase of a chunk.
    expect(result.engine).toMatchObject({ name: 'phase', events: 4 });
    expect(result.warnings).toEqual([]);
  });

  test('gives bandwidths as nccl-tests does, in GB/s', () => {
    expect(result.algbwGBps).toBe(1600 / 4720);
    // 2 (4 - 1) / 4.
    expect(result.busbwGBps).toBe((1600 / 4720) * 1.5);
  });

  test('says what each dimension did', () => {
    // 4 chunks * 6 messages * 100 bytes, at 1 byte per ns.
    expect(result.dimensions).toEqual([
      {
        dimension: 0,
        kind: 'ring',
        npus: 4,
        bytesSentPerNpu: 2400,
        wireNs: 2400,
        busyNs: 4720,
        utilisation: 2400 / 4720,
      },
    ]);
    expect(result.bottleneck).toBe(0);
  });

  test('has a timeline only when asked for', () => {
    expect(result).not.toHaveProperty('timeline');
    expect(simulateAllReduce({ ...RING, timeline: true }).timeline).toMatchObject(
      [0, 1, 2, 3].map((chunk) => ({
        chunk,
        phase: 0,
        collective: 'all-reduce',
        dimension: 0,
        queue: 0,
        startNs: chunk * 1180,
        endNs: (chunk + 1) * 1180,
      })),
    );
  });

  test('survives JSON', () => {
    const full = simulateAllReduce({ ...RING, timeline: true, activeChunks: 2 });
    expect(JSON.parse(JSON.stringify(full))).toEqual(full);
  });
});

describe('the total buffer', () => {
  test('of an all-gather is that of all ranks', () => {
    // 4 chunks of 100 bytes each: e + 3 (110 + 10) = 370.
    const result = simulateAllGather({ ...RING, size: 400 });
    expect(result).toMatchObject({ timeNs: 4 * 370, bytes: 400, totalBytes: 1600 });
    expect(result.algbwGBps).toBe(1600 / 1480);
    expect(result.busbwGBps).toBe((1600 / 1480) * 0.75);
  });

  test('of the others is what a rank enters with', () => {
    expect(simulateReduceScatter(RING)).toMatchObject({
      timeNs: 4 * 820,
      totalBytes: 1600,
      busbwGBps: (1600 / 3280) * 0.75,
    });
    expect(simulateAllToAll(RING)).toMatchObject({
      timeNs: 4 * 730,
      totalBytes: 1600,
      busbwGBps: (1600 / 2920) * 0.75,
    });
  });

  test('counts the ranks that take part, not all NPUs', () => {
    const topology = [...(RING.topology as []), { kind: 'ring', npus: 3, bandwidth: 1, latency: 10 } as const];
    const result = simulateAllGather({ ...RING, topology, size: 400, involvedDimensions: [true, false] });
    expect(result).toMatchObject({ ranks: 4, npus: 12, totalBytes: 1600 });
  });
});

describe('the bottleneck', () => {
  const bottleneck = (bandwidth: number) =>
    simulateAllReduce({
      topology: [
        { kind: 'ring', npus: 4, bandwidth: 100, latency: 10 },
        { kind: 'ring', npus: 4, bandwidth, latency: 10 },
      ],
      size: 2 ** 20,
    }).bottleneck;

  test('is where the wire needs longest', () => {
    // Dimension 0 carries 2 * 3/4 S, dimension 1 a quarter of that: with a quarter of the
    // bandwidth they tie, and the first is named.
    expect(bottleneck(26)).toBe(0);
    expect(bottleneck(25)).toBe(0);
    expect(bottleneck(24)).toBe(1);
  });
});

describe('no time at all', () => {
  test('gives no bandwidth rather than an infinite one', () => {
    const instant = simulateAllReduce({
      topology: [{ kind: 'switch', npus: 2, bandwidth: 1e6, latency: 0 }],
      size: 8,
      endpointDelay: 0,
    });
    expect(instant).toMatchObject({
      timeNs: 0,
      algbwGBps: 0,
      busbwGBps: 0,
      dimensions: [{ utilisation: 0, busyNs: 0 }],
    });
  });
});
