import { describe, expect, it } from 'vitest';
import { ConfigError, SimulationError } from '../../../src/base/errors.js';
import { toNumber } from '../../../src/bounds/fraction.js';
import { buildOneHopTrees } from '../../../src/synthesis/blink/one-hop-trees.js';
import { buildAllReduceForest } from '../../../src/synthesis/forestcoll/all-reduce-forest.js';
import { buildGatherForest } from '../../../src/synthesis/forestcoll/build-forest.js';
import { checkAllReduceForest, checkForest } from '../../../src/synthesis/forestcoll/check-forest.js';
import type { Forest, Tree } from '../../../src/synthesis/forestcoll/forest.js';
import { spread } from '../../../src/synthesis/forestcoll/spread.js';
import { gatherPairs } from '../../../src/synthesis/forestcoll/tree-transfers.js';
import type { LinkGraph } from '../../../src/topology/link-graph.js';
import { cabled, rails, ring, star, torus } from '../../support/link-graphs.js';
import { treeTransfers } from '../../support/tree-transfers.js';

const timePerByte = ({ nsPerUnitByte, k }: { nsPerUnitByte: Parameters<typeof toNumber>[0]; k: number }) =>
  toNumber(nsPerUnitByte) / k;

function depth({ root, edges }: Tree): number {
  const depths = new Map([[root, 0]]);
  for (const { from, to } of edges) depths.set(to, (depths.get(from) ?? 0) + 1);
  return Math.max(...depths.values());
}

describe('forests', () => {
  it('a star becomes a full mesh: one tree of depth 1 for each root', () => {
    const forest = buildGatherForest(star(8, 25));
    expect(forest.trees.map(depth)).toEqual(new Array(8).fill(1));
    expect(forest.trees.map(({ edges }) => edges.map(({ path }) => path.length))).toEqual(
      new Array(8).fill(new Array(7).fill(2)),
    );
    expect(timePerByte(forest)).toBe(7 / 25);
  });

  it('boxes with rails reach the bound of their rails, also with one tree for each root', () => {
    const graph = rails(2, 4, 300, 25);
    // The other box's 4 shards over 4 rails of 25.
    expect(timePerByte(buildGatherForest(graph))).toBe(4 / 100);
    expect(timePerByte(buildGatherForest(graph, { k: 1 }))).toBe(4 / 100);
  });

  it('one tree for each root costs what rounding costs', () => {
    // On a ring of 8 an NPU has 7 trees over 2 links: 4 on one of them, where two trees for each root have 7 and 7.
    expect(timePerByte(buildGatherForest(ring(8)))).toBe(7 / 2);
    expect(buildGatherForest(ring(8)).k).toBe(2);
    expect(timePerByte(buildGatherForest(ring(8), { k: 1 }))).toBe(4);
  });

  it('is shallower where all trees grow a level at a time', () => {
    const deepest = (grow: 'tree' | 'level') =>
      Math.max(...buildGatherForest(torus(6, 6), { k: 1, grow }).trees.map(depth));
    // No NPU is farther than 3 + 3.
    expect(deepest('level')).toBeGreaterThanOrEqual(6);
    expect(deepest('level')).toBeLessThan(deepest('tree'));
  });

  it('needs no balance where there are no switches', () => {
    const slow = ring(4);
    const graph: LinkGraph = { ...slow, links: slow.links.map((link, i) => ({ ...link, bandwidth: (i % 2) + 1 })) };
    const lame: LinkGraph = { ...graph, links: graph.links.slice(0, 7) };
    for (const unbalanced of [graph, lame]) {
      expect(checkForest(unbalanced, buildGatherForest(unbalanced))).toEqual([]);
      const allReduce = buildAllReduceForest(unbalanced);
      expect(checkAllReduceForest(unbalanced, allReduce)).toEqual([]);
    }
  });

  it('leaves unused what a switch can receive in excess', () => {
    // NPU 0 can send 5 to a switch that has 1 for each NPU.
    const graph = star(3);
    const wide: LinkGraph = {
      ...graph,
      links: graph.links.map((link, i) => ({ ...link, bandwidth: i === 0 ? 5 : 1 })),
    };
    expect(timePerByte(buildGatherForest(wide))).toBe(2);
  });

  it('names a switch out of balance where that is in the way', () => {
    // Found by random search; switch 4 has 4 in and 7 out, switch 5 as much in as out.
    const links = [
      [0, 1, 1],
      [1, 2, 1],
      [2, 3, 1],
      [3, 4, 3],
      [4, 5, 3],
      [5, 0, 3],
      [4, 2, 4],
      [3, 1, 3],
      [1, 3, 2],
      [1, 4, 1],
    ].map(([from = 0, to = 0, bandwidth = 0]) => ({ from, to, bandwidth, latency: 0 }));
    expect(() => buildGatherForest({ npus: 4, devices: 6, links }, { k: 2 })).toThrow(
      'links: expected as much bandwidth into switch 4 as out of it, got 4 and 7 bytes per ns',
    );
  });

  it('says what is wrong with the input', () => {
    expect(() => buildGatherForest(ring(4), { k: 0 })).toThrow(ConfigError);
    expect(() => buildGatherForest(cabled(2, 2, []))).toThrow(ConfigError);
    const odd = cabled(3, 3, [
      [0, 1, 0.1],
      [1, 2, 1 / 3],
      [2, 0, 0.7],
    ]);
    expect(() => buildGatherForest(odd)).toThrow(/or a fixed k/);
    expect(checkForest(odd, buildGatherForest(odd, { k: 3 }))).toEqual([]);
  });

  it('can be watched and stopped', () => {
    const shares: number[] = [];
    buildGatherForest(rails(2, 2, 4, 1), { onProgress: (done) => shares.push(done) });
    expect(shares.length).toBeGreaterThan(4);
    expect(Math.max(...shares)).toBeLessThanOrEqual(1);
    const late = new AbortController();
    const stop = () => buildGatherForest(torus(4, 4), { signal: late.signal, onProgress: () => late.abort() });
    expect(stop).toThrow(SimulationError);
  });
});

describe('the check of forests', () => {
  const graph = ring(3);
  const forest = buildGatherForest(graph);
  const faults = (change: Partial<Forest>) => checkForest(graph, { ...forest, ...change });
  const [tree, ...rest] = forest.trees as [Tree, ...Tree[]];
  const [first, second] = tree.edges;

  it('finds nothing in a good one', () => {
    expect(faults({})).toEqual([]);
  });

  it.each([
    ['a tree that does not span', { ...tree, edges: tree.edges.slice(1) }, /reaches 2 of 3/],
    ['an edge from nowhere', { ...tree, edges: [{ ...first, from: 2 }, second] }, /starts where the tree has not been/],
    ['an edge twice', { ...tree, edges: [first, first, second] }, /ends where the tree has been/],
    ['links that do not join', { ...tree, edges: [first, { ...second, path: [1, 4] }] }, /breaks at link/],
    ['a path that goes elsewhere', { ...tree, edges: [first, { ...second, path: [] }] }, /ends at 0/],
    ['a weight too much', { ...tree, weight: tree.weight + 1 }, /weigh|carries/],
    ['half a unit', { ...tree, weight: 0.5 }, /weight 0.5/],
  ])('finds %s', (_, bad, message) => {
    expect(faults({ trees: [bad as Tree, ...rest] }).join('; ')).toMatch(message);
  });

  it('finds a link that carries too much', () => {
    expect(faults({ shares: forest.shares.map((share) => share - 1) }).join('; ')).toMatch(/link \d carries \d of/);
  });

  it('finds a path across an NPU', () => {
    const path = cabled(3, 3, [
      [0, 1, 2],
      [1, 2, 2],
    ]);
    const edges = [
      { from: 0, to: 2, path: [0, 2] },
      { from: 0, to: 1, path: [0] },
    ];
    const crossing = { ...forest, demands: [1, 0, 0], shares: [9, 9, 9, 9], trees: [{ root: 0, weight: 1, edges }] };
    expect(checkForest(path, crossing)).toEqual(['tree 0: edge 0 to 2 crosses NPU 1']);
  });
});

it('spreads evenly what passes a switch', () => {
  const flanks = [0, 1, 2, 3].map((device) => ({ device, units: 6 }));
  const passages = spread(flanks, flanks, 1, (from, to) => from !== to);
  expect(passages).toHaveLength(12);
  expect(passages.every(({ units }) => units === 2)).toBe(true);
  // In pieces of 3 each device sends to two others.
  const coarse = spread(flanks, flanks, 3, (from, to) => from !== to);
  expect(coarse.map(({ units }) => units)).toEqual(new Array(8).fill(3));
});

describe('one-hop trees', () => {
  it('go straight over a switch, each link of an NPU as busy as all others', () => {
    const graph = star(4, 25);
    const forest = buildOneHopTrees(graph);
    expect(checkForest(graph, forest)).toEqual([]);
    expect(forest.trees.map(depth)).toEqual([1, 1, 1, 1]);
    // Three units out of each NPU and three into it, at 25 bytes per ns.
    expect(toNumber(forest.nsPerUnitByte)).toBe(3 / 25);
  });

  it('do not exist where an NPU is in the way', () => {
    expect(() => buildOneHopTrees(ring(4))).toThrow(/a way from NPU 0 to NPU 2 past no other NPU/);
  });
});

describe('transfers', () => {
  it('divide the data by weight, shards in the order of roots, pieces as even as bytes allow', () => {
    const forest = buildGatherForest(star(4));
    const { chunks, transfers } = treeTransfers(gatherPairs(forest), 40, 3);
    // 10 bytes for each root, in pieces of 3, 3 and 4.
    expect(chunks.filter(({ root }) => root === 1)).toEqual([
      { root: 1, pair: 1, piece: 0, offset: 10, bytes: 3 },
      { root: 1, pair: 1, piece: 1, offset: 13, bytes: 3 },
      { root: 1, pair: 1, piece: 2, offset: 16, bytes: 4 },
    ]);
    expect(transfers).toHaveLength(4 * 3 * 3);
    expect(transfers.every(({ after }) => after.length === 0)).toBe(true);
    expect(treeTransfers(gatherPairs(forest), 3, 1).chunks.map(({ bytes }) => bytes)).toEqual([1, 1, 1]);
  });

  it('refuse half bytes and no pieces', () => {
    expect(() => treeTransfers([], 0.5, 0)).toThrow(ConfigError);
  });
});
