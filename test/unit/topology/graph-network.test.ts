import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { edgesOf } from '../../../src/topology/edges-of.js';
import { graphNetwork } from '../../../src/topology/graph-network.js';
import { gridNetwork } from '../../../src/topology/grid-network.js';
import type { DirectedLink, LinkGraph } from '../../../src/topology/link-graph.js';
import { pathCost, pathLinks } from '../../../src/topology/path.js';
import { dimensions } from '../../support/arbitraries.js';
import { dimensionOf } from '../../support/phases.js';
import { issuesOf, pathsOf } from './issues.js';

const link = (from: number, to: number, latency = 10, bandwidth = 1): DirectedLink => ({
  from,
  to,
  bandwidth,
  latency,
});
const cable = (a: number, b: number, latency = 10): DirectedLink[] => [link(a, b, latency), link(b, a, latency)];
const graph = (npus: number, links: readonly DirectedLink[], devices = npus): LinkGraph => ({ npus, devices, links });
const pairsOf = (npus: number) =>
  Array.from({ length: npus * npus }, (_, pair) => [Math.floor(pair / npus), pair % npus] as const);

/** Devices on the way. */
function way(network: ReturnType<typeof graphNetwork>, from: number, to: number): number[] {
  return [from, ...pathLinks(network, from, to).map((number) => network.end(number))];
}

describe('routes in a graph', () => {
  test('have the fewest hops, however slow', () => {
    const network = graphNetwork(graph(3, [...cable(0, 1, 1), ...cable(1, 2, 1), ...cable(0, 2, 1000)]));
    expect(way(network, 0, 2)).toEqual([0, 2]);
    expect(network.next(2, 2)).toBe(-1);
  });

  test('of these the least latency', () => {
    // 0 -> 3 by way of 1: 30 + 10; of 2: 10 + 20.
    const links = [...cable(0, 1, 30), ...cable(1, 3, 10), ...cable(0, 2, 10), ...cable(2, 3, 20)];
    expect(way(graphNetwork(graph(4, links)), 0, 3)).toEqual([0, 2, 3]);
  });

  test('of these the link listed first, even where sums of latencies differ in their last bits', () => {
    // 0.1 + (0.2 + 0.3) is 0.6, 0.3 + (0.2 + 0.1) is 0.6000000000000001.
    const upper = [...cable(0, 1, 0.3), ...cable(1, 2, 0.2), ...cable(2, 5, 0.1)];
    const lower = [...cable(0, 3, 0.1), ...cable(3, 4, 0.2), ...cable(4, 5, 0.3)];
    expect(way(graphNetwork(graph(6, [...upper, ...lower])), 0, 5)).toEqual([0, 1, 2, 5]);
    expect(way(graphNetwork(graph(6, [...lower, ...upper])), 0, 5)).toEqual([0, 3, 4, 5]);
  });

  test('follow the direction of links', () => {
    const network = graphNetwork(graph(3, [link(0, 1), link(1, 2), link(2, 0)]));
    expect(way(network, 0, 2)).toEqual([0, 1, 2]);
    expect(way(network, 2, 1)).toEqual([2, 0, 1]);
  });

  test('are as long as Floyd and Warshall find, in any graph', () => {
    const random = fc.tuple(
      fc.integer({ min: 2, max: 9 }),
      fc.array(fc.tuple(fc.nat(8), fc.nat(8), fc.nat(5)), { maxLength: 40 }),
      fc.constantFrom('first' as const, 'spread' as const),
    );
    fc.assert(
      fc.property(random, ([npus, drawn, ties]) => {
        const byEnds = new Map<number, DirectedLink>();
        // A ring one way keeps it connected.
        for (let npu = 0; npu < npus; npu++) byEnds.set(npu * 9 + ((npu + 1) % npus), link(npu, (npu + 1) % npus, 3));
        for (const [a, b, ns] of drawn) if (a < npus && b < npus && a !== b) byEnds.set(a * 9 + b, link(a, b, ns));
        const links = [...byEnds.values()];
        const network = graphNetwork({ ...graph(npus, links), ties });
        // Hops count a thousand times what latency can.
        const far = Array.from({ length: npus }, (_, a) => Array.from({ length: npus }, (_, b) => (a === b ? 0 : 1e9)));
        const at = (a: number, b: number) => far[a]?.[b] as number;
        for (const { from, to, latency } of links) (far[from] as number[])[to] = 1000 + latency;
        for (const k of far.keys()) {
          for (const [a, b] of pairsOf(npus)) (far[a] as number[])[b] = Math.min(at(a, b), at(a, k) + at(k, b));
        }
        for (const [a, b] of pairsOf(npus)) {
          const { hops, latencyNs } = pathCost(network, a, b);
          expect(1000 * hops + latencyNs).toBe(at(a, b));
        }
      }),
    );
  });
});

describe('the graph of a grid', () => {
  test('has the links, names, groups and routes of the grid', () => {
    fc.assert(
      fc.property(fc.array(dimensions(6), { minLength: 1, maxLength: 4 }), (drawn) => {
        const grid = gridNetwork(drawn);
        fc.pre(grid.npus <= 40);
        const network = graphNetwork(edgesOf(grid));
        expect([network.npus, network.devices, network.links]).toEqual([grid.npus, grid.devices, grid.links]);
        expect(network.groups).toEqual(grid.groups);
        for (let number = 0; number < grid.links; number++) {
          expect(network.name(number)).toBe(grid.name(number));
          expect(network.group(number)).toBe(grid.group(number));
          expect([network.bandwidth(number), network.latency(number)]).toEqual([
            grid.bandwidth(number),
            grid.latency(number),
          ]);
        }
        for (const [from, to] of pairsOf(grid.npus)) {
          expect(pathLinks(network, from, to)).toEqual(pathLinks(grid, from, to));
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('what is wrong with a graph', () => {
  test('is said all at once', () => {
    const links = [
      link(0, 7),
      link(1, 1),
      link(0.5, 1),
      link(0, 1, -1, 0),
      link(1, 0, Number.NaN, Number.POSITIVE_INFINITY),
    ];
    expect(pathsOf(() => graphNetwork(graph(2, links)))).toEqual([
      'links[0].to',
      'links[1].to',
      'links[2].from',
      'links[3].bandwidth',
      'links[3].latency',
      'links[4].bandwidth',
      'links[4].latency',
    ]);
  });

  test('parallel links have to be added up', () => {
    expect(issuesOf(() => graphNetwork(graph(2, [...cable(0, 1), link(0, 1)])))).toEqual([
      {
        path: 'links[2]',
        expected: 'one link from a device to another: add up the bandwidths of parallel links',
        got: 'another from 0 to 1, after links[0]',
      },
    ]);
  });

  test('NPUs without a way are named', () => {
    const got = (...links: DirectedLink[]) => issuesOf(() => graphNetwork(graph(3, links))).map((issue) => issue.got);
    expect(got(...cable(0, 1))).toEqual(['none from NPU 0 to NPU 2']);
    expect(got(...cable(0, 1), link(0, 2))).toEqual(['none from NPU 2 to NPU 0']);
    expect(got()).toEqual(['none from NPU 0 to NPU 1']);
    // A switch that nothing leads to does no harm.
    expect(graphNetwork(graph(2, cable(0, 1), 3)).devices).toBe(3);
  });

  test.each([
    [{ npus: 0, devices: 0, links: [] }, ['npus']],
    [{ npus: 2, devices: 1, links: [] }, ['devices']],
    [{ npus: 2.5, devices: 3, links: undefined }, ['npus', 'links']],
    [{ npus: 2, devices: 2, links: [null, 7] }, ['links[0]', 'links[1]']],
  ])('counts and shapes: %j', (input, paths) => {
    expect(pathsOf(() => graphNetwork(input as unknown as LinkGraph))).toEqual(paths);
  });
});

test('links without names are called by their ends', () => {
  const network = graphNetwork(graph(2, [...cable(0, 2), ...cable(1, 2)], 3));
  expect([0, 1].map((number) => network.name(number))).toEqual(['NPU 0 -> switch 0', 'switch 0 -> NPU 0']);
  expect(network.groups).toEqual([{ name: 'links' }]);
  expect(network.group(3)).toBe(0);
});

test('one NPU needs no links', () => {
  expect(graphNetwork(graph(1, [])).next(0, 0)).toBe(-1);
  expect(graphNetwork(edgesOf(gridNetwork([dimensionOf('switch', 1)]))).links).toBe(0);
});
