import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../../src/base/errors.js';
import type { AttributeValue, NodeKind, Trace, TraceNode } from '../../../../src/formats/chakra/graph.js';
import { type WorkGraphOptions, workGraphOf } from '../../../../src/formats/chakra/work-graph.js';

function node(
  kind: NodeKind,
  attributes: Readonly<Record<string, AttributeValue>> = {},
  more: Partial<TraceNode> = {},
) {
  const common = { id: 5, name: 'x', kind, dependsOn: [], durationMicros: 3 };
  return { ...common, attributes: new Map(Object.entries(attributes)), ...more };
}

const trace = (...nodes: readonly TraceNode[]): Trace => ({ version: '', nodes });

/** What a single node becomes. */
const read = (one: TraceNode, options?: WorkGraphOptions) => workGraphOf(trace(one), options).graph.nodes[0];

const COMMON = { id: 5, name: 'x', dependsOn: [], ns: 3000 };

describe('a node becomes work', () => {
  test.each<[string, TraceNode, object]>([
    ['a computation', node('compute'), { kind: 'compute' }],
    [
      'a computation for the roofline model',
      node('compute', { num_ops: 7, tensor_size: 9 }),
      { kind: 'compute', operations: 7, bytes: 9 },
    ],
    ['on the CPU', node('compute', { is_cpu_op: true }), { kind: 'compute', cpu: true }],
    ['on the CPU, as an integer', node('compute', { is_cpu_op: 1 }), { kind: 'compute', cpu: true }],
    ['not on the CPU, as an integer', node('compute', { is_cpu_op: 0 }), { kind: 'compute' }],
    ['a load', node('mem-load', { tensor_size: 9 }), { kind: 'memory', bytes: 9 }],
    ['a store', node('mem-store', { tensor_size: 9 }), { kind: 'memory', bytes: 9 }],
    ['metadata', node('metadata'), { kind: 'marker' }],
    ['an invalid node', node('invalid'), { kind: 'marker' }],
    [
      'a send: its own end need not be named, the tag is 0',
      node('send', { comm_dst: 2, comm_size: 8 }),
      { kind: 'send', peer: 2, bytes: 8, tag: 0 },
    ],
    [
      'a receive with everything',
      node('receive', { comm_src: 2, comm_dst: 1, comm_size: 8, comm_tag: 4 }),
      { kind: 'receive', peer: 2, self: 1, bytes: 8, tag: 4 },
    ],
    [
      'a collective',
      node('collective', { comm_type: 7, comm_size: 8 }),
      { kind: 'collective', collective: 'reduce-scatter', bytes: 8 },
    ],
    [
      'a collective with everything',
      node('collective', { comm_type: 6, comm_size: 8, pg_name: '3', involved_dim: [1, 0], comm_priority: 2 }),
      {
        ...{ kind: 'collective', collective: 'all-to-all', bytes: 8 },
        ...{ group: '3', involvedDimensions: [true, false], priority: 2 },
      },
    ],
    [
      'a collective of everybody: no group, or group 0',
      node('collective', { comm_type: 0, comm_size: 8, pg_name: '0' }),
      { kind: 'collective', collective: 'all-reduce', bytes: 8 },
    ],
    [
      'a broadcast takes its recorded time',
      node('collective', { comm_type: 5, comm_size: 8 }),
      { kind: 'replay', bytes: 8 },
    ],
  ])('%s', (_, given, expected) => expect(read(given)).toEqual({ ...COMMON, ...expected }));

  test('microseconds become ns; none become one', () => {
    expect(read(node('compute', {}, { durationMicros: 2 }))).toMatchObject({ ns: 2000 });
    expect(read(node('compute', {}, { durationMicros: 0 }))).toMatchObject({ ns: 1 });
  });
});

test('a recording that is replayed sends nothing, so that its ends need not be there', () => {
  for (const one of [node('send'), node('receive'), node('collective')]) {
    expect(read(one, { replay: true })).toEqual({ ...COMMON, kind: 'replay', bytes: 0 });
  }
  expect(read(node('mem-load'), { replay: true })).toEqual({ ...COMMON, kind: 'memory', bytes: 0 });
});

describe('what is lacking is named: file, node, attribute', () => {
  test.each<[TraceNode, string]>([
    [node('send', { comm_size: 8 }), 'attribute comm_dst: expected an integer below 2^53, got nothing'],
    [node('receive', { comm_size: 8 }), 'attribute comm_src: expected an integer below 2^53, got nothing'],
    [node('send', { comm_dst: 1 }), 'attribute comm_size: expected an integer below 2^53, got nothing'],
    [node('mem-load'), 'attribute tensor_size: expected an integer below 2^53, got nothing'],
    [node('collective', { comm_size: 8 }), 'attribute comm_type: expected an integer below 2^53, got nothing'],
    [node('collective', { comm_type: 0 }), 'attribute comm_size: expected an integer below 2^53, got nothing'],
    [node('compute', { is_cpu_op: 'no' }), 'attribute is_cpu_op: expected true or false, got "no"'],
  ])('%#', (one, message) => {
    const attempt = () => workGraphOf(trace(one), { name: 'w.0.et' });
    expect(attempt).toThrow(ConfigError);
    expect(attempt).toThrow(`w.0.et: node 5, ${message}`);
  });

  test('a collective that nobody knows', () => {
    expect(() => read(node('collective', { comm_type: 1, comm_size: 8 }), { name: 'w.0.et' })).toThrow(
      /^w\.0\.et: node 5: expected comm_type 0 \(all-reduce\), .*, got 1$/,
    );
  });
});

describe('dependencies on nodes that are not there', () => {
  const broken = trace(
    node('compute', {}, { id: 1, dependsOn: [7, 2, 8] }),
    node('compute', {}, { id: 2, dependsOn: [9] }),
    node('compute', {}, { id: 3, dependsOn: [1, 2] }),
  );

  test('stay: running the graph refuses them', () => {
    const { graph, droppedDependencies } = workGraphOf(broken);
    expect(graph.nodes.map(({ dependsOn }) => dependsOn)).toEqual([[7, 2, 8], [9], [1, 2]]);
    expect(droppedDependencies).toBe(0);
  });

  test('are left out and counted when that is asked for', () => {
    const { graph, droppedDependencies } = workGraphOf(broken, { dropMissingDependencies: true });
    expect(graph.nodes.map(({ dependsOn }) => dependsOn)).toEqual([[2], [], [1, 2]]);
    expect(droppedDependencies).toBe(3);
  });
});

test('the name of the file is that of the graph', () => {
  expect(workGraphOf(trace(), { name: 'w.3.et' }).graph.name).toBe('w.3.et');
  expect(workGraphOf(trace()).graph).toEqual({ nodes: [] });
});
