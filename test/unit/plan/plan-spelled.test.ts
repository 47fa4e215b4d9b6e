import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ROOTED_COLLECTIVES } from '../../../src/collectives/collective.js';
import { type CollectiveSpec, ConfigError, simulateCollective } from '../../../src/index.js';
import { simulateWorkload } from '../../../src/workload/index.js';

const plain = {
  ...{ topology: 'switch(8, 1 GB/s, 100 ns)', size: 8000, endpointDelay: 0, localMemoryBandwidth: 'unlimited' },
} as const;

const time = (spec: Partial<CollectiveSpec>) => simulateCollective({ ...plain, ...spec } as CollectiveSpec).timeNs;

function issuesOf(spec: object): string[] {
  try {
    simulateCollective({ ...plain, ...spec } as unknown as CollectiveSpec);
  } catch (error) {
    if (error instanceof ConfigError) return error.issues.map(({ path }) => path);
    throw error;
  }
  return [];
}

// A hop on a switch of 100 ns has 2 of them: a message of b bytes takes 200 + b ns.
describe('times by hand', () => {
  test('a binomial tree: log2 n messages, one after the other', () => {
    for (const collective of ['broadcast', 'reduce'] as const) {
      expect(time({ collective, algorithms: 'tree' })).toBe(3 * (200 + 8000));
    }
    // 4/8 of the buffer, then 2/8, then 1/8.
    expect(time({ collective: 'scatter', algorithms: 'tree' })).toBe(3 * 200 + 7000);
    expect(time({ collective: 'gather', algorithms: 'tree', size: 1000 })).toBe(3 * 200 + 7000);
  });

  test('a chain of k pieces over n ranks: n - 1 + k - 1 messages, one after the other', () => {
    for (const collective of ['broadcast', 'reduce'] as const) {
      expect(time({ collective, splits: 4 })).toBe((7 + 3) * (200 + 2000));
      expect(time({ collective, splits: 1 })).toBe(7 * (200 + 8000));
    }
    // The shares of 7 ranks pass the link next to the root.
    expect(time({ collective: 'scatter' })).toBe(7 * (200 + 1000));
    expect(time({ collective: 'gather', size: 1000 })).toBe(7 * (200 + 1000));
  });

  test('straight: one message each, at once without contention', () => {
    expect(time({ collective: 'broadcast', algorithms: 'direct' })).toBe(200 + 8000);
    expect(time({ collective: 'broadcast', algorithms: 'direct:1' })).toBe(7 * (200 + 8000));
    expect(time({ collective: 'gather', algorithms: 'direct', size: 1000 })).toBe(200 + 1000);
  });

  test('the slow dimension is crossed first, and once', () => {
    const topology = 'switch(4, 1 GB/s, 0 ns) x switch(2, 0.1 GB/s, 0 ns)';
    // 1000 bytes at 0.1 byte per ns to the other group, then two steps of a tree of 4.
    expect(time({ collective: 'broadcast', algorithms: 'tree', topology, size: 1000 })).toBe(10_000 + 2 * 1000);
    const { dimensions } = simulateCollective({
      ...{ ...plain, collective: 'broadcast', algorithms: 'tree', topology, size: 1000 },
    });
    // 6 of 8 ranks hear inside their group, 1 from the other.
    expect(dimensions.map(({ bytesSentPerNpu }) => bytesSentPerNpu)).toEqual([750, 125]);
  });

  test('dimensions that take no part: as many collectives side by side', () => {
    const topology = 'switch(4, 1 GB/s, 0 ns) x switch(2, 0.1 GB/s, 0 ns)';
    const spec = { algorithms: 'tree', topology, size: 1000, involvedDimensions: [true, false] } as const;
    expect(time({ collective: 'broadcast', ...spec })).toBe(2 * 1000);
    expect(simulateCollective({ ...plain, collective: 'broadcast', ...spec }).ranks).toBe(4);
  });
});

test('sizes and bandwidths are those of nccl-tests', () => {
  const result = (collective: CollectiveSpec['collective'], size: number) =>
    simulateCollective({ ...plain, collective, size });
  const gather = result('gather', 1000);
  expect([gather.totalBytes, gather.busbwGBps]).toEqual([8000, (gather.algbwGBps * 7) / 8]);
  const scatter = result('scatter', 8000);
  expect([scatter.totalBytes, scatter.busbwGBps]).toEqual([8000, (scatter.algbwGBps * 7) / 8]);
  const broadcast = result('broadcast', 8000);
  expect([broadcast.totalBytes, broadcast.busbwGBps]).toEqual([8000, broadcast.algbwGBps]);
});

test('where links are simulated, no algorithm beats the bound, from any root', () => {
  const topologies = [
    'ring(5, 2 GB/s, 30 ns)',
    'fully-connected(4, 3 GB/s, 10 ns) x ring(3, 1 GB/s, 50 ns)',
    'graph: torus(3x2, 2 GB/s, 20 ns)',
    'graph: dgx-1(V100, 700 ns)',
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...topologies),
      fc.constantFrom(...ROOTED_COLLECTIVES),
      fc.constantFrom('ring', 'tree', 'direct' as const),
      fc.nat(3),
      fc.integer({ min: 1000, max: 1_000_000 }),
      (topology, collective, algorithms, root, size) => {
        const spec = { topology, collective, algorithms, root, size, network: 'congestion-aware' };
        const { timeNs, bounds } = simulateCollective(spec as CollectiveSpec);
        expect(timeNs).toBeGreaterThanOrEqual(bounds.planNs);
        // Whole ns and bytes: a byte per rank and a ns per message may be cut off.
        expect(timeNs).toBeGreaterThanOrEqual(bounds.networkNs - 40);
      },
    ),
  );
});

test('what does not fit is refused by name', () => {
  expect(issuesOf({ collective: 'broadcast', root: 8 })).toEqual(['root']);
  expect(issuesOf({ collective: 'broadcast', root: -1 })).toEqual(['root']);
  expect(issuesOf({ collective: 'all-reduce', root: 0 })).toEqual(['root']);
  expect(issuesOf({ collective: 'broadcast', algorithms: 'halving-doubling' })).toEqual(['algorithms']);
  expect(issuesOf({ collective: 'gather', algorithms: 'direct:2' })).toEqual(['algorithms']);
  expect(issuesOf({ collective: 'all-reduce', algorithms: 'tree' })).toEqual(['algorithms']);
  expect(issuesOf({ collective: 'scatter', size: 7 })).toEqual(['size']);
  expect(issuesOf({ collective: 'alltoallv' })).toEqual(['weights']);
  expect(issuesOf({ collective: 'alltoallv', weights: [[1]] })).toEqual(['weights']);
  expect(issuesOf({ collective: 'alltoallv', weights: [[Number.NaN]] })).toEqual(['weights[0][0]']);
  const none = Array.from({ length: 8 }, () => new Array(8).fill(0));
  expect(issuesOf({ collective: 'alltoallv', weights: none })).toEqual(['weights']);
  expect(issuesOf({ collective: 'all-to-all', weights: none })).toEqual(['weights']);
  expect(issuesOf({ collective: 'gather', topology: 'ring(1000000, 1 GB/s, 0 ns)' })).toEqual(['topology']);
});

test('in a workload it takes the time that it takes alone', () => {
  const weights = Array.from({ length: 8 }, (_, i) => Array.from({ length: 8 }, (_, j) => i + j));
  for (const node of [
    { collective: 'broadcast', root: 3 },
    { collective: 'reduce', root: 1 },
    { collective: 'alltoallv', weights },
  ] as const) {
    const nodes = [{ id: 0, name: 'it', dependsOn: [], ns: 1, kind: 'collective', bytes: 8000, ...node } as const];
    const { topology, endpointDelay, localMemoryBandwidth } = plain;
    const workload = simulateWorkload({ topology, endpointDelay, localMemoryBandwidth, graphs: { nodes } });
    expect(workload.timeNs).toBe(time(node));
  }
});

test('in a group the root is a rank of the group', () => {
  const nodes = [
    { id: 0, name: 'it', dependsOn: [], ns: 1, kind: 'collective', bytes: 8000, collective: 'broadcast', root: 1 },
  ] as const;
  const graphs = Array.from({ length: 8 }, (_, npu) => ({
    nodes: npu % 2 === 1 ? nodes.map((node) => ({ ...node, group: 'odd' })) : [],
  }));
  const { topology, endpointDelay, localMemoryBandwidth } = plain;
  const groups = { odd: [1, 3, 5, 7] };
  const spec = { topology, endpointDelay, localMemoryBandwidth, graphs, groups, algorithms: 'tree' } as const;
  expect(simulateWorkload(spec).timeNs).toBe(2 * (200 + 8000));
});
