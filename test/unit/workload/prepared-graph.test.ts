import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/base/errors.js';
import { prepareGraph, RESOURCE } from '../../../src/workload/prepared-graph.js';
import type { WorkGraph, WorkNode } from '../../../src/workload/work-graph.js';

const node = (id: number, more: object = {}, ...dependsOn: number[]): WorkNode =>
  ({ id, name: '', dependsOn, ns: 1, kind: 'compute', ...more }) as WorkNode;

function issuesOf(graph: WorkGraph, ranks = 4) {
  try {
    prepareGraph(graph, 'g', ranks);
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
}

test('nodes are numbered in ascending id, and linked both ways', () => {
  const graph = { nodes: [node(30, {}, 10, 20), node(10), node(20, {}, 10, 10)] };
  const { nodes, firstDependent, dependents, dependencies } = prepareGraph(graph, 'g', 1);
  expect(nodes.map(({ id }) => id)).toEqual([10, 20, 30]);
  // 20 and 30 wait for 10, 30 for 20; a dependency that comes twice counts once.
  expect([...dependents]).toEqual([1, 2, 2]);
  expect([...firstDependent]).toEqual([0, 2, 3, 3]);
  expect([...dependencies]).toEqual([0, 1, 2]);
});

test('the graph that is given is not changed', () => {
  const graph = { nodes: [node(2), node(1)] };
  prepareGraph(graph, 'g', 1);
  expect(graph.nodes.map(({ id }) => id)).toEqual([2, 1]);
});

test('what a node occupies', () => {
  const kinds: readonly object[] = [
    { kind: 'compute' },
    { kind: 'compute', cpu: true },
    { kind: 'send', peer: 0, bytes: 1, tag: 0 },
    { kind: 'receive', peer: 0, bytes: 1, tag: 0 },
    { kind: 'collective', collective: 'all-reduce', bytes: 1 },
    { kind: 'memory', bytes: 1 },
    { kind: 'replay', bytes: 1 },
    // It waits its turn among communication, then ends at once.
    { kind: 'marker' },
    { kind: 'marker', cpu: true },
    { kind: 'send', peer: 0, bytes: 1, tag: 0, beside: true },
  ];
  const { resources } = prepareGraph({ nodes: kinds.map((more, id) => node(id, more)) }, 'g', 1);
  expect([...resources]).toEqual([
    ...[RESOURCE.compute, RESOURCE.cpu, RESOURCE.communication, RESOURCE.nothing, RESOURCE.communication],
    ...[RESOURCE.communication, RESOURCE.communication, RESOURCE.communication, RESOURCE.cpu, RESOURCE.nothing],
  ]);
});

describe('nodes that cannot run are named', () => {
  test.each<[string, unknown, string, string]>([
    ['no ns', node(7, { ns: undefined }), 'g: node 7, ns', 'undefined'],
    ['beside nobody', node(7, { kind: 'send', peer: 0, bytes: 1, tag: 0, beside: 1 }), 'g: node 7, beside', '1'],
    ['0 ns', node(7, { ns: 0 }), 'g: node 7, ns', '0'],
    ['half a ns', node(7, { ns: 1.5 }), 'g: node 7, ns', '1.5'],
    ['an unknown kind', node(7, { kind: 'think' }), 'g: node 7, kind', '"think"'],
    ['no list of dependencies', node(7, { dependsOn: 3 }), 'g: node 7, dependsOn', '3'],
    ['a peer that is not there', node(7, { kind: 'send', peer: 4, bytes: 1, tag: 0 }), 'g: node 7, peer', '4'],
    [
      'a self that is not there',
      node(7, { kind: 'receive', peer: 1, self: -1, bytes: 1, tag: 0 }),
      'g: node 7, self',
      '-1',
    ],
    ['a tag that is none', node(7, { kind: 'send', peer: 1, bytes: 1, tag: 'a' }), 'g: node 7, tag', '"a"'],
    ['bytes below 0', node(7, { kind: 'memory', bytes: -1 }), 'g: node 7, bytes', '-1'],
    [
      'an unknown collective',
      node(7, { kind: 'collective', collective: 'gossip', bytes: 1 }),
      'g: node 7, collective',
      '"gossip"',
    ],
    ['operations that are no number', node(7, { operations: Number.NaN }), 'g: node 7, operations', 'NaN'],
    ['no node', null, 'g', 'null'],
  ])('%s', (_, wrong, path, got) => {
    const graph = { nodes: [node(1), wrong as WorkNode] };
    expect(issuesOf(graph)).toMatchObject([{ path, got }]);
  });

  test('an id that is no whole number', () => {
    expect(issuesOf({ nodes: [node(0.5)] })).toMatchObject([{ path: 'g: a node, id', got: '0.5' }]);
  });

  test('all of them, as far as anybody reads', () => {
    const wrong = Array.from({ length: 100 }, (_, id) => node(id, { ns: 0 }));
    expect(issuesOf({ nodes: wrong })).toHaveLength(20);
  });
});

test('a graph that never ends: cycles and missing nodes, once its nodes are right', () => {
  expect(issuesOf({ nodes: [node(1, {}, 2), node(2, {}, 1)] })).toMatchObject([
    { path: 'g: node 1', expected: 'no cycle of dependencies' },
  ]);
  expect(issuesOf({ nodes: [node(1, {}, 9)] })).toMatchObject([{ got: 'one on node 9, which is not there' }]);
});
