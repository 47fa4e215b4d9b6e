import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../../src/base/errors.js';
import { readTrace } from '../../../../src/formats/chakra/read-trace.js';

const read = (json: string) => readTrace(new TextEncoder().encode(json), 'w.0.et');
const nodesOf = (...nodes: readonly object[]) => read(JSON.stringify({ workload_graph: nodes })).nodes;

test('a node with everything', () => {
  const attributes = {
    ...{ is_cpu_op: false, num_ops: 1, tensor_size: 2, comm_type: 7, comm_priority: 3, comm_size: 4 },
    ...{ comm_src: 5, comm_dst: 6, comm_tag: 8, pg_name: '1', involved_dim: [true, false] },
  };
  const node = { Id: 9, Name: 'rs', NodeType: 7, ctrlDeps: [1, 2], data_deps: [2, 3], runtime: 10, ...attributes };
  expect(nodesOf(node)).toEqual([
    {
      ...{ id: 9, name: 'rs', kind: 'collective', dependsOn: [1, 2, 3], durationMicros: 10 },
      attributes: new Map(Object.entries(attributes)),
    },
  ]);
});

test('what is left out', () => {
  expect(nodesOf({})).toEqual([
    { id: 0, name: '', kind: 'invalid', dependsOn: [], durationMicros: 0, attributes: new Map() },
  ]);
  expect(nodesOf()).toEqual([]);
});

test('`is_cpu_op` may be an integer', () => {
  expect(nodesOf({ is_cpu_op: 1 })[0]?.attributes.get('is_cpu_op')).toBe(1);
});

describe('what is wrong is said with its place', () => {
  test.each<[string, string, RegExp]>([
    ['no list', '{"workload_graph": {}}', /^w\.0\.et: line 1, column 2: expected a list/],
    ['null', '{"workload_graph": null}', /^w\.0\.et: line 1, column 2: expected a list, got null/],
    ['a key beside it', '{"workload_graph": [], "nodes": []}', /unknown key "nodes"/],
    [
      'an unknown key',
      '{"workload_graph": [{\n"Idd": 1}]}',
      /^w\.0\.et: line 2, column 1: .*unknown key "Idd".*did you mean "Id"/,
    ],
    ['a type that is none', '{"workload_graph": [{"NodeType": 8}]}', /expected a node type from 0 to 7, got 8/],
    ['a text for an id', '{"workload_graph": [{"Id": "x"}]}', /expected an integer from 0 to/],
  ])('%s', (_, json, message) => {
    expect(() => read(json)).toThrow(ConfigError);
    expect(() => read(json)).toThrow(message);
  });
});
