import { describe, expect, test } from 'vitest';
import { readTrace } from '../../../../src/formats/chakra/read-trace.js';

const read = (json: unknown) =>
  readTrace(new TextEncoder().encode(typeof json === 'string' ? json : JSON.stringify(json)), 'a.0.et');
const nodesOf = (...nodes: object[]) => read({ workload_graph: nodes }).nodes;

describe("the form that Chakra's feeder reads", () => {
  test('a node, its dependencies of both kinds, its attributes', () => {
    const node = {
      ...{ Id: 7, Name: 'ar', NodeType: 7, ctrlDeps: [1, 2], data_deps: [2, 3], runtime: 5, is_cpu_op: false },
      ...{ comm_type: 0, comm_size: 1048576, involved_dim: [true, false], pg_name: '1', num_ops: 1e20, note: null },
    };
    expect(nodesOf(node)).toEqual([
      {
        id: 7,
        name: 'ar',
        kind: 'collective',
        dependsOn: [1, 2, 3],
        durationMicros: 5,
        attributes: new Map<string, unknown>([
          ['is_cpu_op', false],
          ['comm_type', 0],
          ['comm_size', 1048576],
          ['involved_dim', [true, false]],
          ['pg_name', '1'],
          ['num_ops', { real: 1e20 }],
        ]),
      },
    ]);
  });

  test('what may be missing is 0 or nothing', () => {
    expect(nodesOf({ Id: 1, NodeType: 4 })).toEqual([
      { id: 1, name: '', kind: 'compute', dependsOn: [], durationMicros: 0, attributes: new Map() },
    ]);
    expect(nodesOf()).toEqual([]);
  });

  test.each([
    [
      'no id',
      '{"workload_graph": [{"NodeType": 4}]}',
      'a.0.et: line 1, column 21: expected a node with Id and NodeType',
    ],
    ['an unknown type', '{"workload_graph": [{"Id": 1, "NodeType": 8}]}', 'a node type from 0 to 7, got 8'],
    [
      'a negative id',
      '{"workload_graph":\n [{"Id": -1, "NodeType": 4}]}',
      'a.0.et: line 2, column 4: expected an integer',
    ],
    ['no list', '{"workload_graph": {}}', 'expected a list'],
  ])('%s is refused, with its place', (_, json, message) => expect(() => read(json)).toThrow(message));
});

test.each([
  ['a PyTorch execution trace', { schema: '1.1.1-chakra.0.0.4', pid: 1, nodes: [] }],
  ['a PyTorch execution trace', { pid: 1, time: '', nodes: [] }],
  ['a profile of the PyTorch profiler (Kineto)', { schemaVersion: 1, traceEvents: [] }],
])('%s is named, and the way to convert it', (name, trace) => {
  expect(() => read(trace)).toThrow(`expected a Chakra trace, got ${name}`);
  expect(() => read(trace)).toThrow(/chakra_trace_link, then chakra_converter PyTorch/);
});
