import { describe, expect, test } from 'vitest';
import { explainCollective } from '../../../src/explain/explain.js';
import { COSTS } from '../../../src/explain/phase-cost.js';
import { type CollectiveSpec, simulateCollective } from '../../../src/index.js';

const RING: CollectiveSpec = {
  ...{ collective: 'all-reduce', topology: 'ring(4, 1 GB/s, 10 ns)', size: 4096, splits: 4 },
  ...{ endpointDelay: 5, localMemoryBandwidth: 2 },
};

describe('by hand', () => {
  test('a ring: 6 messages of 256 bytes per chunk, 3 reductions of 3 x 128 ns', () => {
    const { phases, spent, criticalPath, dominatedBy, result } = explainCollective(RING);
    expect(phases).toEqual([
      {
        ...{ plan: 0, collective: 'all-reduce', dimension: 0, algorithm: 'ring', enteringBytes: 1024 },
        ...{ steps: 6, hops: 6, bytes: 6 * 256, reductions: 3 },
        ...{ latencyNs: 60, bandwidthNs: 1536, endpointNs: 35, reductionNs: 1152, waitingNs: 0 },
        durationNs: 60 + 1536 + 35 + 1152,
      },
    ]);
    expect(criticalPath.map(({ chunk, after }) => `${chunk} ${after}`)).toEqual([
      '0 start',
      '1 room',
      '2 room',
      '3 room',
    ]);
    expect(spent).toMatchObject({ latencyNs: 240, bandwidthNs: 6144, endpointNs: 140, reductionNs: 4608 });
    expect(dominatedBy).toBe('bandwidthNs');
    expect(result.timeNs).toBe(4 * 2783);
  });

  test('halving-doubling on a switch: two hops each, sizes that halve and double', () => {
    const { phases } = explainCollective({
      ...{ ...RING, topology: 'switch(4, 1 GB/s, 10 ns)', algorithms: 'halving-doubling', splits: 1, size: 1024 },
    });
    // 512 and 256 bytes up, 256 and 512 down; the second packet reduces, and the first of the way down (256 bytes each).
    expect(phases[0]).toMatchObject({ steps: 4, hops: 8, bytes: 1536, latencyNs: 80, bandwidthNs: 1536, waitingNs: 0 });
  });

  test('congestion-aware: what two chunks wait for each other', () => {
    const { spent, result } = explainCollective({
      ...{ ...RING, network: 'congestion-aware', activeChunks: 4, localMemoryBandwidth: 1e6 },
    });
    expect(spent.waitingNs).toBeGreaterThan(0);
    expect(COSTS.reduce((sum, cost) => sum + spent[cost], 0)).toBe(result.timeNs);
  });

  test('the path leads through dimensions', () => {
    const topology = 'ring(4, 1 GB/s, 10 ns) x ring(2, 0.1 GB/s, 10 ns)';
    const { criticalPath, spentByDimension, result } = explainCollective({ ...RING, topology, splits: 1 });
    expect(criticalPath.map(({ dimension, after }) => `${dimension} ${after}`)).toEqual([
      '0 start',
      '1 own phase',
      '0 own phase',
    ]);
    expect(spentByDimension.reduce((sum, ns) => sum + ns, 0)).toBe(result.timeNs);
  });
});

describe('single changes', () => {
  test('are simulated: twice the bandwidth of a link-bound ring', () => {
    const { variants, result } = explainCollective({ ...RING, localMemoryBandwidth: 1e6 });
    const faster = variants.find(({ change }) => change === 'twice the bandwidth of dimension 0');
    // 128 ns instead of 256 for each of 24 messages.
    expect(faster?.timeNs).toBe(result.timeNs - 24 * 128);
    expect(variants.map(({ speedup }) => speedup)).toEqual(
      variants.map(({ speedup }) => speedup).sort((a, b) => b - a),
    );
  });

  test('carry the options that make them', () => {
    const spec = { ...RING, topology: 'ring(4, 1 GB/s, 10 ns) x switch(2, 0.1 GB/s, 10 ns)' };
    for (const { options, timeNs, change } of explainCollective(spec).variants) {
      expect(simulateCollective({ ...spec, ...options }).timeNs, change).toBe(timeNs);
    }
  });

  test('a gain of the model only is told from one on the wire', () => {
    const { variants } = explainCollective({ ...RING, localMemoryBandwidth: 1e6, activeChunks: 2 });
    expect(variants.find(({ change }) => change.startsWith('4 active chunks'))?.physical).toBe(false);
    const aware = explainCollective({ ...RING, network: 'congestion-aware' });
    expect(aware.variants.every(({ physical }) => physical)).toBe(true);
  });

  test('what cannot be simulated is left out', () => {
    const { variants } = explainCollective({ ...RING, topology: 'ring(3, 1 GB/s, 10 ns)' });
    expect(variants.some(({ change }) => change.startsWith('direct'))).toBe(true);
    expect(variants.some(({ change }) => change.startsWith('halving'))).toBe(false);
  });
});

test('of a graph the busiest link is named and made faster, and other orders of ranks are tried', () => {
  // Two pairs of NPUs, whose switches are joined by one slow link.
  const link = (from: number | string, to: number | string, bandwidth: number) => ({
    from,
    to,
    bandwidth,
    latency: 500,
    both: true,
  });
  const links = [link(0, 'a', 50), link(1, 'b', 50), link(2, 'a', 50), link(3, 'b', 50), link('a', 'b', 5)];
  const { variants, result, network } = explainCollective({
    collective: 'all-gather',
    topology: { npus: 4, switches: ['a', 'b'], links },
    size: 100_000,
    network: 'congestion-aware',
    algorithms: 'ring',
  });
  expect(result.dimensions[0]?.busiestLink).toBe('a -> b');
  const faster = variants.find(({ change }) => change === 'twice the bandwidth of the busiest link, a -> b');
  expect(faster?.kind).toBe('hardware');
  // NPUs 0, 2 on one switch, 1, 3 on the other: in the order 0, 2, 1, 3 a ring crosses once each way, not twice.
  const [best] = variants.filter(({ kind }) => kind === 'software').filter(({ change }) => change.startsWith('ranks'));
  expect(best?.change).toBe('ranks taken from both halves of the NPUs in turn');
  expect(best?.speedup).toBeGreaterThan(1.5);
  expect(variants.some(({ change }) => change.includes('dimension 0') && /bandwidth|latency/.test(change))).toBe(false);
  // What is on the other switch, 2 * 100,000 bytes, comes over the slow link: 40,000 ns.
  expect(network.ns).toBe(40_000);
});
