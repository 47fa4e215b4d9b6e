import { describe, expect, test } from 'vitest';
import type { TraceNode } from '../../../../src/formats/chakra/graph.js';
import { checkGraph } from '../../../../src/workload/check-graph.js';

const attributes = new Map();

const node = (id: number, ...dependsOn: number[]): TraceNode => {
  return { id, name: '', kind: 'compute', dependsOn, durationMicros: 0, attributes };
};

/** Nodes by id, each with the ids it depends on. */
const graph = (...nodes: readonly (readonly [number, ...number[]])[]) => ({
  nodes: nodes.map(([id, ...dependsOn]) => node(id, ...dependsOn)),
});

/** Each node depends on the one before. */
const chain = (length: number) => ({
  nodes: Array.from({ length }, (_, id) => (id === 0 ? node(id) : node(id, id - 1))),
});

test('in order, out of order, diamonds', () => {
  expect(checkGraph(graph())).toEqual([]);
  expect(checkGraph(graph([5], [3, 5], [4, 5], [1, 3, 4]))).toEqual([]);
  expect(checkGraph(graph([1, 3, 4], [3, 5], [4, 5], [5]))).toEqual([]);
});

test('an id that comes twice', () => {
  expect(checkGraph(graph([1], [2], [1]), 'a.et')).toEqual([
    { path: 'a.et: node 1', expected: 'an id of its own', got: 'one that another node has' },
  ]);
});

test('a dependency on a node that is not there', () => {
  expect(checkGraph(graph([1, 2], [3, 4, 1]))).toEqual([
    { path: 'node 1', expected: 'dependencies on nodes of the graph', got: 'one on node 2, which is not there' },
    { path: 'node 3', expected: 'dependencies on nodes of the graph', got: 'one on node 4, which is not there' },
  ]);
});

test('many of a kind are counted', () => {
  const issues = checkGraph(graph(...Array.from({ length: 25 }, (_, i) => [i, 99] as const)), 'a.et');
  expect(issues).toHaveLength(11);
  expect(issues[10]).toMatchObject({ path: 'a.et', got: 'the same mistake 15 more times' });
});

describe('cycles', () => {
  test.each<[string, ReturnType<typeof graph>, string, string]>([
    ['of one', graph([1, 1]), 'node 1', '1 that wait for each other: 1 -> 1'],
    [
      'of two, with others behind',
      graph([1, 2], [2, 3], [3, 2], [4]),
      'node 2',
      '2 that wait for each other: 2 -> 3 -> 2',
    ],
    ['beside a missing node', graph([1, 9, 2], [2, 1]), 'node 1', '2 that wait for each other: 1 -> 2 -> 1'],
  ])('%s', (_, nodes, path, got) => {
    expect(checkGraph(nodes)).toContainEqual({ path, expected: 'no cycle of dependencies', got });
  });

  test('a long one is shortened', () => {
    const ring = Array.from({ length: 20 }, (_, i) => [i, (i + 1) % 20] as const);
    const [issue] = checkGraph(graph(...ring));
    expect(issue?.got).toBe('20 that wait for each other: 0 -> 1 -> 2 -> 3 -> 4 -> 5 -> 6 -> 7 -> ... -> 0');
  });

  test('a chain of a million nodes, open and closed', () => {
    const { nodes } = chain(1e6);
    expect(checkGraph({ nodes })).toEqual([]);
    const closed = [{ ...(nodes[0] as TraceNode), dependsOn: [1e6 - 1] }, ...nodes.slice(1)];
    expect(checkGraph({ nodes: closed })[0]?.got).toMatch(/^1000000 that wait/);
  });
});
