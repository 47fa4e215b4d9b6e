import { describe, expect, test } from 'vitest';
import { simulateCollective } from '../../../src/simulate.js';
import { simulateWorkload } from '../../../src/workload/simulate-workload.js';
import type { WorkloadSpec } from '../../../src/workload/spec.js';
import { pathsOf } from '../../support/issue-paths.js';

const DIMENSIONS = ['switch(8, 360 GB/s, 250 ns)', 'switch(4, 48 GB/s, 1 us)', 'switch(2, 25 GB/s, 2 us)'] as const;
const topology = DIMENSIONS.join(' x ');

/** Groups along axes of the network, and the network of just these axes, with the GPUs of a node. */
const CASES = [
  { name: 'a node', axes: [{ stride: 1, size: 8 }], part: DIMENSIONS[0], gpusPerNode: 8 },
  { name: 'half a node', axes: [{ stride: 1, size: 4 }], part: 'switch(4, 360 GB/s, 250 ns)', gpusPerNode: 4 },
  { name: 'a rail', axes: [{ stride: 8, size: 4 }], part: DIMENSIONS[1], gpusPerNode: 1 },
  {
    name: 'four nodes',
    axes: [
      { stride: 1, size: 8 },
      { stride: 8, size: 4 },
    ],
    part: `${DIMENSIONS[0]} x ${DIMENSIONS[1]}`,
    gpusPerNode: 8,
  },
  {
    name: 'nodes that are far apart',
    axes: [
      { stride: 1, size: 8 },
      { stride: 32, size: 2 },
    ],
    part: `${DIMENSIONS[0]} x ${DIMENSIONS[2]}`,
    gpusPerNode: 8,
  },
  {
    name: 'every other GPU of two nodes',
    axes: [
      { stride: 2, size: 4 },
      { stride: 8, size: 2 },
    ],
    part: 'switch(4, 360 GB/s, 250 ns) x switch(2, 48 GB/s, 1 us)',
    gpusPerNode: 4,
  },
] as const;

const node = (bytes: number, collective: 'all-reduce' | 'all-gather') =>
  ({ id: 0, name: '', dependsOn: [], ns: 1, kind: 'collective', collective, bytes, group: 'g' }) as const;

describe('NCCL in groups along axes takes as long as on the network of these axes', () => {
  for (const network of ['congestion-unaware', 'congestion-aware'] as const) {
    test.each(CASES)(`$name, ${network}`, ({ axes, part, gpusPerNode }) => {
      const switching = network === 'congestion-aware' ? 'cut-through' : 'store-and-forward';
      for (const [algorithms, collective, bytes] of [
        ['nccl-ring', 'all-reduce', 1 << 20],
        ['nccl-ring', 'all-gather', 1 << 16],
        ['nccl-tree', 'all-reduce', 4096],
        ['nccl', 'all-reduce', 1 << 24],
      ] as const) {
        const machine = { network, switching, algorithms } as const;
        const alone = simulateCollective({
          ...machine,
          collective,
          size: bytes,
          topology: part,
          nccl: { gpusPerNode },
        });
        const graphs = { nodes: [node(bytes, collective)] };
        const { timeNs, collectives } = simulateWorkload({ ...machine, topology, graphs, groups: { g: axes } });
        expect([algorithms, bytes, timeNs]).toEqual([algorithms, bytes, alone.timeNs]);
        expect(collectives).toMatchObject([
          { group: 'g', count: 64 / alone.ranks, shortestNs: alone.timeNs, longestNs: alone.timeNs },
        ]);
      }
    });
  }

  test('a list of the members takes as long as the axes', () => {
    const graphs = Array.from({ length: 64 }, (_, npu) => ({ nodes: npu < 32 ? [node(1 << 20, 'all-reduce')] : [] }));
    const g = Array.from({ length: 32 }, (_, npu) => npu);
    const listed: WorkloadSpec = { topology, algorithms: 'nccl', graphs, groups: { g } };
    const axes: WorkloadSpec = {
      ...listed,
      groups: {
        g: [
          { stride: 1, size: 8 },
          { stride: 8, size: 4 },
        ],
      },
    };
    expect(simulateWorkload(listed).timeNs).toBe(simulateWorkload(axes).timeNs);
  });

  test('axes that break off within a dimension or a node are refused', () => {
    const graphs = { nodes: [node(4096, 'all-reduce')] };
    const spec: WorkloadSpec = {
      topology: 'switch(6, 360 GB/s, 250 ns) x switch(4, 48 GB/s, 1 us)',
      algorithms: 'nccl',
      graphs,
    };
    const paths = (groups: NonNullable<WorkloadSpec['groups']>, more: Partial<WorkloadSpec> = {}) =>
      pathsOf(() => simulateWorkload({ ...spec, ...more, groups }));
    expect(paths({ g: [{ stride: 1, size: 3 }] })).toEqual([]);
    // Four of six: the second group lies on two nodes, the first on one.
    expect(paths({ g: [{ stride: 1, size: 4 }] })[0]).toContain('groups');
    expect(paths({ g: [{ stride: 1, size: 3 }] }, { nccl: { gpusPerNode: 2 } })[0]).toContain('groups');
    expect(paths({ g: [{ stride: 1, size: 4 }] }, { topology: 'graph: torus(4x4, 25 GB/s, 500 ns)' })[0]).toContain(
      'groups',
    );
  });
});
