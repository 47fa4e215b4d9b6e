import { expect, test } from 'vitest';
import { Divergence } from '../../../src/engine/divergence.js';
import { GraphExecutor } from '../../../src/workload/graph-executor.js';
import { prepareGraph } from '../../../src/workload/prepared-graph.js';
import type { WorkNode } from '../../../src/workload/work-graph.js';

type Kind = 'receive' | 'compute' | 'memory' | 'marker';

/** Runs nodes, each a kind and what it waits for; all that are given finish in tick 10, in this order. */
function finishTogether(nodes: readonly (readonly [Kind, ...number[]])[], ...finish: readonly number[]): number[] {
  const all = nodes.map(([kind, ...dependsOn], id) => ({
    id,
    name: '',
    ns: 1,
    dependsOn,
    kind,
    peer: 0,
    bytes: 1,
    tag: 0,
  }));
  const executor = new GraphExecutor(prepareGraph({ nodes: all as unknown as WorkNode[] }, '', 1), true);
  const started: number[] = [];
  const pass = () => {
    executor.pass((node) => {
      started.push(node);
      return all[node]?.kind === 'marker';
    });
    executor.order?.check();
  };
  executor.order?.finishes(-1, 0);
  pass();
  for (const node of finish) {
    executor.order?.finishes(node, 10);
    executor.finish(node);
    pass();
  }
  return started;
}

test('two that make ready what wants one free resource part', () => {
  expect(() => finishTogether([['receive'], ['receive'], ['compute', 0], ['compute', 1]], 0, 1)).toThrow(Divergence);
  expect(finishTogether([['receive'], ['receive'], ['compute', 0], ['memory', 1]], 0, 1)).toEqual([0, 1, 2, 3]);
});

test('what waits for both goes by number', () => {
  expect(finishTogether([['receive'], ['receive'], ['compute', 0, 1], ['compute', 0, 1]], 0, 1)).toEqual([0, 1, 2]);
});

test('a node that one of them started is later in every order', () => {
  // Node 2 starts when 0 finishes and finishes in the same tick: 3 is there before 4.
  const nodes = [['receive'], ['memory'], ['receive', 0], ['compute', 0], ['compute', 2]] as const;
  expect(finishTogether(nodes, 0, 2)).toEqual([0, 1, 2, 3]);
});

test('a resource that is freed goes to who waited, unless another could have been there first', () => {
  // 0 computes, 2 waits for its place; 1 makes ready a later node, or an earlier one.
  expect(finishTogether([['compute'], ['receive'], ['compute'], ['compute', 1]], 0, 1)).toEqual([0, 1, 2]);
  expect(() => finishTogether([['compute'], ['receive'], ['compute', 1], ['compute']], 0, 1)).toThrow(Divergence);
  // Nobody waits: the only one gets it in either order.
  expect(finishTogether([['compute'], ['receive'], ['compute', 1]], 0, 1)).toEqual([0, 1, 2]);
  expect(finishTogether([['compute'], ['receive'], ['compute', 1]], 1, 0)).toEqual([0, 1, 2]);
  // Two, one from each of two others: whoever comes first.
  const two = [['compute'], ['receive'], ['receive'], ['compute', 1], ['compute', 2]] as const;
  expect(() => finishTogether(two, 0, 1, 2)).toThrow(Divergence);
});

test('a busy resource makes all wait', () => {
  const nodes = [['compute'], ['receive'], ['receive'], ['compute', 1], ['compute', 2]] as const;
  expect(finishTogether(nodes, 1, 2)).toEqual([0, 1, 2]);
});

test('a marker in between is never let pass', () => {
  const nodes = [['receive'], ['receive'], ['marker', 0], ['compute', 2]] as const;
  expect(() => finishTogether(nodes, 0, 1)).toThrow(Divergence);
  expect(finishTogether(nodes, 0)).toEqual([0, 1, 2]);
});
