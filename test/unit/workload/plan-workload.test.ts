import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/base/errors.js';
import { simulateAllReduce } from '../../../src/index.js';
import { planWorkload } from '../../../src/workload/plan-workload.js';
import type { PreparedGraph } from '../../../src/workload/prepared-graph.js';
import { simulateWorkload } from '../../../src/workload/simulate-workload.js';
import type { WorkloadSpec } from '../../../src/workload/spec.js';
import type { WorkGraph, WorkNode } from '../../../src/workload/work-graph.js';

const TOPOLOGY = 'ring(4, 1 GB/s, 10 ns) x switch(2, 1 GB/s, 10 ns)';

const node = (id: number, more: object) => ({ id, name: '', dependsOn: [], ns: 1, ...more }) as unknown as WorkNode;
const reduce = (id: number, more: object = {}) =>
  node(id, { kind: 'collective', collective: 'all-reduce', bytes: 4096, ...more });
const graph = (name: string, ...nodes: readonly WorkNode[]): WorkGraph => ({ name, nodes });

function issuesOf(spec: WorkloadSpec) {
  try {
    planWorkload(spec);
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
}

const plan = (nodes: readonly WorkNode[], more: Partial<WorkloadSpec> = {}) =>
  planWorkload({ topology: TOPOLOGY, graphs: graph('w', ...nodes), ...more });

/** What the only collective of the only graph comes to. */
function only(nodes: readonly WorkNode[], more: Partial<WorkloadSpec> = {}) {
  const { planned, graphs } = plan(nodes, more);
  return planned(graphs[0] as PreparedGraph)[0];
}

describe('graphs', () => {
  test('one that all NPUs run is prepared once', () => {
    const { graphs } = plan([reduce(1)]);
    expect(graphs).toHaveLength(8);
    expect(new Set(graphs).size).toBe(1);
  });

  test('there is one per NPU', () => {
    const graphs = [graph('a', reduce(1)), graph('b', reduce(1))];
    expect(issuesOf({ topology: TOPOLOGY, graphs })).toEqual([
      { path: 'graphs', expected: 'one per NPU (8)', got: 'a list of 2' },
    ]);
  });

  test('without a name they go by their number', () => {
    const bad = { nodes: [reduce(1), reduce(1)] };
    const graphs = Array.from({ length: 8 }, (_, i) => (i === 3 ? bad : { nodes: [] }));
    expect(issuesOf({ topology: TOPOLOGY, graphs })).toMatchObject([{ path: 'graphs[3]: node 1' }]);
  });
});

describe('collectives', () => {
  test('those that are alike are planned once', () => {
    const { plans } = plan([reduce(1), reduce(2), reduce(3, { bytes: 8192 })]);
    expect(plans.map(({ bytes }) => bytes)).toEqual([4096, 8192]);
  });

  test('take the algorithms of their kind; a ring where none is named', () => {
    const gather = node(2, { kind: 'collective', collective: 'all-gather', bytes: 4096 });
    const { plans } = plan([reduce(1), gather], { algorithms: { 'all-gather': ['direct', 'ring'] } });
    const names = plans.map(({ chunks }) => chunks[0]?.map(({ algorithm }) => algorithm.name));
    // A single ring is that of dimension 0: the other takes no part, with a warning.
    expect(names).toEqual([['ring'], ['ring', 'direct']]);
  });

  test('of 0 bytes have chunks of a byte per NPU; an all-gather has nothing to send, with a warning', () => {
    const { plans, warnings } = plan([
      reduce(1, { bytes: 0 }),
      node(2, { kind: 'collective', collective: 'all-gather', bytes: 0 }),
    ]);
    expect(plans.map(({ chunks }) => chunks.map(([first]) => first?.bytes))).toEqual([[8, 8, 8, 8]]);
    expect(warnings.map(({ code, data }) => [code, data])).toContainEqual(['nothing-to-gather', { nodes: 1 }]);
  });

  test('what is wrong with one is said of its node, or of the option that is wrong', () => {
    const involved = reduce(7, { involvedDimensions: [true] });
    expect(issuesOf({ topology: TOPOLOGY, graphs: graph('w.et', involved) })).toMatchObject([
      { path: 'w.et: node 7, involvedDimensions', expected: 'one entry per dimension (2)' },
    ]);
    const algorithms = { 'all-reduce': ['ring', 'ring', 'ring'] } as const;
    expect(issuesOf({ topology: TOPOLOGY, graphs: graph('w.et', reduce(7)), algorithms })).toMatchObject([
      { path: 'algorithms.all-reduce', expected: 'at most one per dimension (2)' },
    ]);
  });
});

describe('groups', () => {
  const inGroup = (group: string) => [reduce(7, { group })];

  test('one that is not there: file, node, the group, and the groups there are', () => {
    const spec = { topology: TOPOLOGY, graphs: graph('w.0.et', ...inGroup('3')) };
    expect(issuesOf({ ...spec, groups: { 1: [0, 1], 2: [2, 3] } })).toEqual([
      { path: 'w.0.et: node 7, group', expected: 'a communicator group (there are 1, 2)', got: '"3"' },
    ]);
    expect(issuesOf(spec)).toEqual([
      { path: 'w.0.et: node 7, group', expected: 'a communicator group (there are none)', got: '"3"' },
    ]);
  });

  test('of all NPUs is none', () => {
    const all = only(inGroup('all'), { groups: { all: [0, 1, 2, 3, 4, 5, 6, 7] } });
    expect(all).toMatchObject({ kind: 'plan', group: undefined, plan: { isOfGroup: false } });
  });

  test('is a ring of its members, whose end points cost 10 ns', () => {
    const graphs = Array.from({ length: 8 }, (_, npu) => graph(`w.${npu}`, ...(npu % 2 === 0 ? inGroup('even') : [])));
    const groups = { even: [6, 4, 2, 0] };
    const { plans, groups: known } = planWorkload({ topology: TOPOLOGY, graphs, groups, endpointDelay: 77 });
    expect(known.of('even', 0)?.members).toEqual([6, 4, 2, 0]);
    expect(plans[0]).toMatchObject({ isOfGroup: true, ranks: 4, endpoint: { delay: 10 } });
    expect(plans[0]?.chunks[0]?.map(({ algorithm }) => algorithm.name)).toEqual(['ring']);
  });

  test('of one member: its collectives end at once', () => {
    const graphs = Array.from({ length: 8 }, (_, npu) => graph(`w.${npu}`, ...(npu === 5 ? inGroup('five') : [])));
    const spec = { topology: TOPOLOGY, graphs, groups: { five: [5] } };
    expect(planWorkload(spec).plans).toEqual([]);
    expect(simulateWorkload(spec).timeNs).toBe(0);
  });

  test('an NPU that asks for one of others', () => {
    const groups = { low: [0, 1, 2, 3] };
    expect(issuesOf({ topology: TOPOLOGY, graphs: graph('w', ...inGroup('low')), groups })).toEqual([
      { path: 'w: node 7', expected: 'a group that NPU 4 belongs to', got: '"low"' },
    ]);
  });

  test('with members that cannot be', () => {
    const groups = { a: [0, 8], b: [1, 1], c: [] };
    expect(issuesOf({ topology: TOPOLOGY, graphs: graph('w'), groups })).toEqual([
      { path: 'groups.a', expected: 'NPU ids below 8', got: '8' },
      { path: 'groups.b', expected: 'every NPU once', got: 'an NPU twice' },
      { path: 'groups.c', expected: 'at least one member', got: 'none' },
    ]);
  });
});

describe('what would stop a run in the middle is said before it', () => {
  test('loads and stores without a memory', () => {
    const load = node(3, { kind: 'memory', bytes: 64 });
    expect(issuesOf({ topology: TOPOLOGY, graphs: graph('w', load) })).toMatchObject([{ path: 'w: node 3' }]);
    expect(plan([load], { memory: { kind: 'pool', latency: 1, bandwidth: 1 } }).plans).toEqual([]);
  });

  test('a send to an NPU that is not there', () => {
    const send = node(3, { kind: 'send', peer: 8, bytes: 1, tag: 0 });
    expect(issuesOf({ topology: TOPOLOGY, graphs: graph('w', send) })).toMatchObject([{ path: 'w: node 3, peer' }]);
  });

  test('the roofline model without operations', () => {
    const work = node(3, { kind: 'compute', bytes: 64 });
    expect(issuesOf({ topology: TOPOLOGY, graphs: graph('w', work), roofline: { peak: 1 } })).toMatchObject([
      { path: 'w: node 3, operations' },
    ]);
  });

  test('none of it matters where everything is replayed', () => {
    const nodes = [node(1, { kind: 'memory', bytes: 64 }), reduce(2, { group: 'none' })];
    expect(plan(nodes, { replay: true, roofline: { peak: 1 } }).plans).toEqual([]);
  });
});

test('replayed communication is counted, on all NPUs together', () => {
  const { warnings } = plan([node(1, { kind: 'replay', bytes: 100 }), node(2, { kind: 'replay', bytes: 20 })]);
  expect(warnings).toEqual([
    {
      code: 'replayed-time',
      message: expect.stringMatching(/^16 broadcast nodes \(960 bytes/),
      data: { nodes: 16, bytes: 960 },
    },
  ]);
});

test('a network of one NPU: nobody to talk to, nothing to wait for', () => {
  expect(simulateWorkload({ topology: 'ring(1, 1 GB/s, 1 ns)', graphs: graph('w', reduce(1)) }).timeNs).toBe(0);
});

test('two collectives, one after the other, take twice the time of one', () => {
  const chain = [reduce(1), { ...reduce(2), dependsOn: [1] }];
  const { timeNs } = simulateAllReduce({ topology: TOPOLOGY, size: 4096 });
  expect(simulateWorkload({ topology: TOPOLOGY, graphs: graph('w', ...chain) }).timeNs).toBe(2 * timeNs);
});
