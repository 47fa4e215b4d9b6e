import { describe, expect, test } from 'vitest';
import { type CollectiveSpec, simulateCollective } from '../../../src/index.js';

const run = (spec: Partial<CollectiveSpec>) =>
  simulateCollective({
    ...{ collective: 'all-reduce', topology: 'ring(4, 1 GB/s, 10 ns)', size: 4096, splits: 4 },
    ...{ endpointDelay: 5, localMemoryBandwidth: 1e9, network: 'congestion-aware' },
    ...spec,
  });

describe('plan bound by hand', () => {
  test('links: 4 chunks of 6 messages of 256 bytes, one after the other', () => {
    // 5 until the first may go, 24 x 256, then 10 ns on the way and 5 for the receipt.
    const { bounds, timeNs } = run({});
    expect(bounds).toMatchObject({ planNs: 5 + 24 * 256 + 10 + 5, because: 'links', dimension: 0 });
    // One chunk at a time: 5 + 6 (266 + 5) for each.
    expect(timeNs).toBe(4 * (5 + 6 * 271));
    expect(bounds.timeOverPlan).toBe(timeNs / bounds.planNs);
    // Two at a time fill the gaps between messages: only the first and the last show.
    expect(run({ activeChunks: 2 }).bounds.timeOverPlan).toBeLessThan(1.01);
  });

  test('phases: one chunk alone is a chain', () => {
    const { bounds, timeNs } = run({ splits: 1, size: 64 });
    expect(bounds).toMatchObject({ planNs: 5 + 6 * (10 + 16 + 5), because: 'phases', timeOverPlan: 1 });
    expect(timeNs).toBe(bounds.planNs);
  });

  test('messages too short to occupy a link for a whole ns are free, as in the simulator', () => {
    const { bounds } = run({ topology: 'ring(4, 1000 GB/s, 10 ns)', size: 4 * 4 * 999 });
    expect(bounds).toMatchObject({ because: 'phases', planNs: 5 + 6 * (10 + 5) });
  });

  test('a flat ring pays for the slow links that it crosses', () => {
    // 2 x 7 messages of 128 bytes per chunk over a link of 0.1 bytes per ns: 4 x 14 x 1280.
    const topology = 'ring(4, 1 GB/s, 10 ns) x ring(2, 0.1 GB/s, 10 ns)';
    const { bounds } = run({ topology, algorithms: 'one-ring' });
    expect(bounds).toMatchObject({ planNs: 5 + 4 * 14 * 1280 + 10 + 5, dimension: 1 });
    const unaware = run({ topology, algorithms: 'one-ring', network: 'congestion-unaware' });
    expect(unaware.timeNs).toBe(4 * (5 + 14 * (10 + 128 + 5)));
    expect(unaware.warnings.map(({ code }) => code)).toContain('below-plan-bound');
    expect(unaware.warnings.at(-1)?.message).toBe(
      'physical limit: 8028 ns is 8.93 times faster than this plan can be (71700 ns); ' +
        'a link of dimension 1 alone needs 71680 ns for the 7168 bytes that pass it',
    );
  });

  test('dimensions that take no part have no say', () => {
    const topology = 'ring(4, 1 GB/s, 10 ns) x ring(2, 0.001 GB/s, 1000 ns)';
    const { bounds } = run({ topology, involvedDimensions: [true, false] });
    expect(bounds).toMatchObject({ planNs: 5 + 24 * 256 + 10 + 5, dimension: 0 });
  });
});

test('more chunks at once than the wire carries: warned of, by how much', () => {
  const { timeNs, bounds, warnings } = run({ network: 'congestion-unaware', activeChunks: 4 });
  expect(timeNs).toBe(5 + 6 * 271);
  expect(bounds.timeOverPlan).toBeLessThan(0.3);
  expect(warnings.map(({ code }) => code)).toEqual(['more-than-the-wire', 'below-plan-bound']);
  // The congestion-aware network has nothing of the kind to warn of.
  expect(run({ activeChunks: 4 }).warnings).toEqual([]);
});
