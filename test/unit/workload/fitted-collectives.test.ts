import { describe, expect, test } from 'vitest';
import { simulateCollective } from '../../../src/simulate.js';
import { simulateWorkload } from '../../../src/workload/simulate-workload.js';
import type { WorkloadSpec } from '../../../src/workload/spec.js';
import type { WorkNode } from '../../../src/workload/work-graph.js';
import { madeUpCosts } from '../../support/made-up-costs.js';

/** Two nodes of four. */
const topology = 'switch(4, 100 GB/s, 500 ns) x switch(2, 25 GB/s, 2 us)';
const groups = {
  node: [{ stride: 1, size: 4 }],
  // Four ranks as well, but on two nodes.
  across: [
    { stride: 1, size: 2 },
    { stride: 4, size: 2 },
  ],
};

const reduce = (id: number, bytes: number, group?: string, dependsOn: readonly number[] = []): WorkNode => ({
  ...{ id, name: '', dependsOn, ns: 1, kind: 'collective', collective: 'all-reduce', bytes },
  ...(group === undefined ? {} : { group }),
});
const compute = (id: number, ns: number): WorkNode => ({ id, name: '', dependsOn: [], ns, kind: 'compute' });

const oneNode = madeUpCosts({ collective: 'all-reduce', ranks: 4, nodes: 1, us: 5 });

describe('collectives that take the time of a curve', () => {
  test('begin when the last member does, in every group on its own', () => {
    const late = { nodes: [compute(0, 3000), reduce(1, 2e6, 'node', [0])] };
    const early = { nodes: [reduce(1, 2e6, 'node')] };
    const graphs = [early, late, early, early, early, early, early, early];
    for (const folding of ['auto', 'off'] as const) {
      const { timesByNpu, collectives } = simulateWorkload({ topology, groups, graphs, folding, costs: oneNode });
      // 5 us, and 2 MB at 100 bytes per ns; NPU 1 and so its node begin 3 us later.
      expect(timesByNpu?.map(({ finishNs }) => finishNs)).toEqual([...Array(4).fill(28_000), ...Array(4).fill(25_000)]);
      expect(collectives).toMatchObject([
        { group: 'node', count: 2, shortestNs: 25_000, longestNs: 28_000, fitted: { timeNs: 25_000 } },
      ]);
    }
  });

  test('follow each other like others, and folding changes nothing', () => {
    const graphs = { nodes: [reduce(0, 1e6, 'node'), reduce(1, 1e5, 'node', [0]), reduce(2, 1e5, 'node', [1])] };
    for (const network of ['congestion-unaware', 'congestion-aware'] as const) {
      for (const folding of ['auto', 'off'] as const) {
        // 15 us, and twice 5 us + 1 us.
        const spec: WorkloadSpec = { topology, groups, graphs, costs: oneNode, network, folding };
        expect(simulateWorkload(spec).timeNs).toBe(27_000);
      }
    }
  });

  test('ranks on other nodes than the table has are simulated, and that is said', () => {
    const graphs = { nodes: [reduce(0, 1e6, 'across'), reduce(1, 1e6, 'node', [0])] };
    const { timeNs, warnings, collectives } = simulateWorkload({ topology, groups, graphs, costs: oneNode });
    const plain = simulateWorkload({ topology, groups, graphs: { nodes: [reduce(0, 1e6, 'across')] } });
    expect(timeNs).toBe(plain.timeNs + 15_000);
    expect(collectives.map(({ fitted }) => fitted?.source)).toEqual([undefined, 'all-reduce, 4 ranks, 1 nodes']);
    expect(warnings.map(({ code }) => code).slice(0, 2)).toEqual(['no-fitted-costs', 'fitted-costs']);
    expect(warnings[0]?.message).toContain('no table of all-reduce on 4 ranks of 2 nodes: these are simulated');
  });

  test('a size beyond the table is said to be one', () => {
    const { warnings } = simulateWorkload({
      topology,
      groups,
      graphs: { nodes: [reduce(0, 64, 'node')] },
      costs: oneNode,
    });
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/; 64 bytes are outside of what was measured$/),
    ]);
  });

  test('a number of nodes that was not measured takes the law across nodes, in a collective too', () => {
    const tables = [2, 4].map(
      (nodes) => ({ collective: 'all-reduce', ranks: 4 * nodes, nodes, us: 10 * nodes }) as const,
    );
    const costs = madeUpCosts(...tables);
    const machine = { topology: 'switch(4, 100 GB/s, 500 ns) x switch(8, 25 GB/s, 2 us)', costs };
    const { timeNs, fitted } = simulateCollective({ ...machine, collective: 'all-reduce', size: 2 ** 20 });
    expect(fitted).toMatchObject({
      nodes: 8,
      outside: false,
      source: tables.map(({ ranks, nodes }) => `all-reduce, ${ranks} ranks, ${nodes} nodes`).join(', '),
    });
    // Each doubling adds what the last one did, and the rest is the same: 20, 40, 60 us and 10.48576 us.
    expect(Math.abs(timeNs / 70_486 - 1)).toBeLessThan(0.05);
    const one = simulateWorkload({ ...machine, graphs: { nodes: [reduce(0, 2 ** 20)] } });
    expect(one.timeNs).toBe(timeNs);
    expect(one.warnings[0]?.message).toContain('for 8 nodes, which were not measured');
  });

  test('costs that say nothing of any collective are refused, as is what has no use for them', () => {
    const none = { topology, groups, graphs: { nodes: [reduce(0, 1e6)] }, costs: oneNode };
    expect(() => simulateWorkload(none)).toThrow(/^costs: expected one table of all-reduce on 8 ranks/);
    expect(simulateWorkload({ topology, graphs: { nodes: [compute(0, 7)] }, costs: oneNode }).timeNs).toBe(7);
    const replay = { topology, groups, graphs: { nodes: [reduce(0, 1e6, 'node')] }, costs: oneNode, replay: true };
    expect(() => simulateWorkload(replay)).toThrow('costs: expected none: every node takes its recorded time');
    const twice = madeUpCosts(
      { collective: 'all-reduce', ranks: 8, nodes: 1, us: 5 },
      { collective: 'all-reduce', ranks: 8, nodes: 2, us: 9 },
    );
    expect(() => simulateWorkload({ ...none, costs: twice })).toThrow(/^costs: expected one table/);
  });
});
