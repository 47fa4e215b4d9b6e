import { describe, expect, it } from 'vitest';
import { ConfigError, SimulationError } from '../../../src/base/errors.js';
import { toNumber } from '../../../src/bounds/fraction.js';
import { gatherBound, reduceScatterBound } from '../../../src/bounds/gather-bound.js';
import { allReduceCut, broadcastRate } from '../../../src/bounds/separating-cut.js';
import { allReduceBound, treePackingBound } from '../../../src/bounds/tree-packing-bound.js';
import type { LinkGraph } from '../../../src/topology/link-graph.js';
import { cabled, rails, ring, star, torus } from '../../support/link-graphs.js';

const issuesOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
};

describe('closed forms', () => {
  it('a ring is bound by the two links into an NPU', () => {
    // 7 shards over 2 links of 25 bytes per ns.
    expect(toNumber(gatherBound(ring(8, 25)))).toBe(7 / 50);
    expect(gatherBound(ring(8, 25)).tightSet).toHaveLength(7);
    expect(toNumber(allReduceCut(ring(8, 25)))).toBe(50);
    // 8 cables for the 7 edges of a tree.
    expect(toNumber(treePackingBound(ring(8, 7)))).toBe(8);
  });

  it('boxes are bound by what leaves them', () => {
    // 3 boxes of 4 send 8 shards into the fourth, over its 4 rails of 1; an NPU alone gets 15 over 101.
    const graph = rails(3, 4, 100, 1);
    expect(toNumber(gatherBound(graph))).toBe(8 / 4);
    const inside = gatherBound(graph).tightSet.filter((device) => device < graph.npus);
    expect(inside).toHaveLength(8);
  });

  it('an all-reduce over a switch takes what a ring takes over it', () => {
    // 2 (n - 1) messages of M leave n NPUs of 25 bytes per ns each: M takes 14/8 / 25.
    expect(toNumber(allReduceBound(star(8, 25)))).toBe((25 * 8) / 14);
    expect(allReduceBound(star(8, 25)).tightPartition).toHaveLength(8);
    // Two boxes are bound by the rails between them, once in and once out: 2 messages leave 2 boxes of 4.
    expect(toNumber(allReduceBound(rails(2, 4, 100, 1)))).toBe(4);
    expect(allReduceBound(rails(2, 4, 100, 1)).tightPartition).toHaveLength(2);
  });

  it('the slower direction of an asymmetric network counts', () => {
    // 0 can send 3 and receive 1; the other NPU the opposite.
    const graph: LinkGraph = {
      npus: 2,
      devices: 2,
      links: [
        { from: 0, to: 1, bandwidth: 3, latency: 0 },
        { from: 1, to: 0, bandwidth: 1, latency: 0 },
      ],
    };
    expect(toNumber(gatherBound(graph))).toBe(1);
    expect(toNumber(reduceScatterBound(graph))).toBe(1);
    expect(toNumber(allReduceCut(graph))).toBe(1);
    expect(allReduceCut(graph).side).toEqual([1]);
    expect([0, 1].map((root) => toNumber(broadcastRate(graph, root)))).toEqual([3, 1]);
    expect(toNumber(treePackingBound(graph))).toBe(1);
    // Up and down both ways in turn: together 4 for 2 messages.
    expect(toNumber(allReduceBound(graph))).toBe(2);
  });

  it('1,024 NPUs take no time to speak of', () => {
    expect(toNumber(gatherBound(torus(32, 32)))).toBe(1023 / 4);
    expect(toNumber(treePackingBound(torus(32, 32)))).toBe(2048 / 1023);
    // 127 boxes send 8 shards each into the last, over 8 rails of 50.
    expect(toNumber(gatherBound(rails(128, 8, 450, 50)))).toBe((127 * 8) / 400);
    expect(toNumber(allReduceCut(rails(128, 8, 450, 50)))).toBe(400);
    // 254 messages leave 128 boxes.
    expect(toNumber(allReduceBound(rails(128, 8, 450, 50)))).toBeCloseTo((128 * 400) / 254, 9);
  });
});

describe('what cannot be bound', () => {
  it('names a pair that is not connected', () => {
    const apart = cabled(4, 4, [
      [0, 1, 1],
      [2, 3, 1],
    ]);
    const expected = [
      { path: 'links', expected: 'a way from every NPU to every other', got: 'none from NPU 0 to NPU 2' },
    ];
    for (const bound of [gatherBound, allReduceCut, treePackingBound]) {
      expect(issuesOf(() => bound(apart))).toEqual(expected);
    }
  });

  it('names the pair also where only the way back is missing, or no cable goes both ways', () => {
    const oneWay = { from: 0, to: 1, bandwidth: 1, latency: 0 };
    expect(issuesOf(() => gatherBound({ npus: 2, devices: 2, links: [oneWay] }))[0]?.got).toBe(
      'none from NPU 1 to NPU 0',
    );
    const circle = [0, 1, 2].map((from) => ({ ...oneWay, from, to: (from + 1) % 3 }));
    expect(issuesOf(() => treePackingBound({ npus: 3, devices: 3, links: circle }))[0]?.expected).toMatch(
      /^cables, both ways, between NPU \d and NPU \d$/,
    );
  });

  it('lists everything wrong with a graph', () => {
    const links = [
      { from: 0, to: 0, bandwidth: 1, latency: 0 },
      { from: 0, to: 5, bandwidth: 1, latency: 0 },
      { from: 1, to: 0, bandwidth: Number.NaN, latency: 0 },
    ];
    expect(issuesOf(() => gatherBound({ npus: 2, devices: 2, links })).map(({ path }) => path)).toEqual([
      'links[0].to',
      'links[1].to',
      'links[2].bandwidth',
    ]);
    expect(issuesOf(() => gatherBound({ npus: 1, devices: 1, links: [] }))[0]?.path).toBe('npus');
    expect(issuesOf(() => gatherBound({ npus: 3, devices: 2, links: [] }))[0]?.path).toBe('devices');
    expect(issuesOf(() => treePackingBound(star(3)))[0]?.got).toBe('1 switches');
    expect(issuesOf(() => broadcastRate(ring(3), 3))[0]?.path).toBe('root');
  });
});

it('reports progress and stops at a signal', () => {
  const shares: number[] = [];
  gatherBound(ring(8), { onProgress: (done) => shares.push(done) });
  expect(shares).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((npu) => npu / 8));
  expect(() => gatherBound(ring(8), { signal: AbortSignal.abort() })).toThrow(SimulationError);
});
