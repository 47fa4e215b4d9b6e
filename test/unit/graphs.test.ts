import { describe, expect, test } from 'vitest';
import { simulateAllGather, simulateAllReduce } from '../../src/index.js';
import { dragonfly, type EdgeListSpec, fatTree, type NamedGraph } from '../../src/topology/index.js';

/** Two pairs of NPUs behind a switch each, and one slow cable between the switches. */
const BARBELL: EdgeListSpec = {
  npus: 4,
  switches: ['left', 'right'],
  links: [
    ...[0, 1].map((npu) => ({ from: npu, to: 'left', bandwidth: 2, latency: 10, both: true, tier: 'leaf' })),
    ...[2, 3].map((npu) => ({ from: npu, to: 'right', bandwidth: 2, latency: 10, both: true, tier: 'leaf' })),
    { from: 'left', to: 'right', bandwidth: 1, latency: 100, both: true, tier: 'trunk' },
  ],
};

const plain = { splits: 1, localMemoryBandwidth: 'unlimited' } as const;

describe('a graph', () => {
  test('a ring over two switches, by hand', () => {
    const spec = { ...plain, topology: BARBELL, size: 200 } as const;
    // A share takes three steps, at most two of them over the trunk: 10 + 100 + 10 and 200 bytes at 1
    // per ns. The third stays on its side: 10 + 10 and 200 bytes at 2 per ns.
    expect(simulateAllGather(spec).timeNs).toBe(10 + 2 * (320 + 10) + (120 + 10));
    // Stored at each switch: 10 + 100, 100 + 200, 10 + 100; on its side twice 10 + 100.
    expect(simulateAllGather({ ...spec, network: 'congestion-aware' }).timeNs).toBe(10 + 2 * (520 + 10) + (220 + 10));
    // Passed on as it comes: 10 + 100 + 10, and the 200 ns of the trunk.
    const cut = simulateAllGather({ ...spec, network: 'congestion-aware', switching: 'cut-through' });
    expect(cut.timeNs).toBe(10 + 2 * (320 + 10) + (120 + 10));
  });

  test('its tiers, the busiest link, and what no algorithm can beat', () => {
    const result = simulateAllGather({ ...plain, topology: BARBELL, size: 200, network: 'congestion-aware' });
    expect(result.dimensions.map(({ name, kind, busiestLink }) => [name, kind, busiestLink])).toEqual([
      ['leaf', 'graph', expect.stringMatching(/NPU/)],
      ['trunk', 'graph', expect.stringMatching(/left -> right|right -> left/)],
    ]);
    // The 400 bytes of one side must cross the trunk; every NPU takes in 600 at 2 per ns.
    expect(result.bounds.networkNs).toBe(400);
    expect(result.bounds.planNs).toBeGreaterThanOrEqual(600);
    expect(result.bounds.timeOverPlan).toBeGreaterThanOrEqual(1);
  });

  test('the order of ranks: back and forth over the trunk is slower with queues', () => {
    const spec = { ...plain, topology: BARBELL, size: 2000, network: 'congestion-aware' } as const;
    const across = simulateAllGather({ ...spec, rankOrder: [0, 2, 1, 3] });
    expect(across.timeNs).toBeGreaterThan(1.3 * simulateAllGather(spec).timeNs);
  });

  test('faster than its links without queues, and said so', () => {
    const { warnings } = simulateAllReduce({ ...plain, topology: BARBELL, size: '1 MiB', algorithms: 'direct' });
    const below = warnings.find(({ code }) => code === 'below-plan-bound');
    expect(below?.message).toMatch(/(left -> right|right -> left) alone needs/);
  });

  test('from a builder, or in a line: the same', () => {
    const options = { groups: 4, routers: 3, localBandwidth: '50 GB/s', globalBandwidth: '25 GB/s', latency: '500 ns' };
    const line = 'graph: dragonfly(4, 3, 50 GB/s, 25 GB/s, 500 ns)';
    const spec = { size: '1 MiB', network: 'congestion-aware' } as const;
    const { bounds, ...built } = simulateAllReduce({ ...spec, topology: dragonfly(options) });
    expect(simulateAllReduce({ ...spec, topology: line })).toMatchObject({ ...built, bounds });
  });

  test('a tree of switches: what crosses it is named', () => {
    const topology = fatTree({ down: [4, 4], up: 2, oversubscription: 2, bandwidth: 25, latency: 500 } as never);
    const { dimensions } = simulateAllReduce({
      topology,
      size: '1 MiB',
      algorithms: 'direct',
      network: 'congestion-aware',
    });
    expect(dimensions.map(({ name }) => name)).toEqual(['NPU-leaf', 'leaf-spine']);
  });
});

describe('a graph that is none', () => {
  const link = { from: 0, to: 1, bandwidth: 1, latency: 0, both: true };
  test.each<[unknown, string]>([
    [
      { npus: 3, links: [link] },
      'topology.links: expected a way from every NPU to every other, got none from NPU 0 to NPU 2',
    ],
    [{ npus: 2, links: [{ ...link, bandwidth: 0 }] }, 'topology.links[0].bandwidth: expected bytes per ns, above 0'],
    [{ npus: 2, link: [] }, 'topology: expected'],
    ['graph: dragonfly(4)', 'topology'],
    ['graph: rign(4, 25 GB/s, 500 ns)', 'did you mean "ring"?'],
    [{ npus: 2, devices: 2, links: [{ from: 0, to: 0, bandwidth: 1, latency: 0 }] }, 'topology.links[0].to'],
  ])('%o', (topology, message) => {
    expect(() => simulateAllReduce({ topology: topology as NamedGraph, size: 8 })).toThrow(message);
  });

  test('all that is wrong at once', () => {
    const topology = { npus: 3, links: [link] };
    expect(() => simulateAllReduce({ topology, size: 0, splits: 0 })).toThrow(
      /topology[\s\S]*splits[\s\S]*size|topology[\s\S]*size[\s\S]*splits/,
    );
  });

  test('ranks of a grid are in order', () => {
    const spec = { topology: 'ring(2, 1 GB/s, 0 ns)', size: 8, rankOrder: [1, 0] };
    expect(() => simulateAllReduce(spec)).toThrow('rankOrder: expected none');
  });
});
