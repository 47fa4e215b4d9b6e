import { describe, expect, test } from 'vitest';
import { type AttributeValue, NODE_KINDS, type Trace } from '../../../../src/formats/chakra/graph.js';
import { readTrace } from '../../../../src/formats/chakra/read-trace.js';
import { goldenTraces } from './golden-traces.js';

const TYPES =
  'INVALID_NODE METADATA_NODE MEM_LOAD_NODE MEM_STORE_NODE COMP_NODE COMM_SEND_NODE COMM_RECV_NODE COMM_COLL_NODE';

/** As protobuf's JSON mapping has it: defaults left out, 64-bit integers in quotes. */
function jsonOf({ version, nodes }: Trace): string {
  const objects = nodes.map(({ id, name, kind, dependsOn, durationMicros, attributes }) => ({
    ...(id === 0 ? {} : { id: String(id) }),
    name,
    type: TYPES.split(' ')[NODE_KINDS.indexOf(kind)],
    ...(dependsOn.length === 0 ? {} : { dataDeps: dependsOn.map(String) }),
    ...(durationMicros === 0 ? {} : { durationMicros: String(durationMicros) }),
    attr: [...attributes].map(([attribute, value]) => ({ name: attribute, ...jsonValue(value) })),
  }));
  return [{ version }, ...objects].map((object) => JSON.stringify(object, null, 2)).join('');
}

function jsonValue(value: AttributeValue): object {
  if (typeof value === 'boolean') return { boolVal: value };
  if (typeof value === 'string') return { stringVal: value };
  return { int64Val: String(value) };
}

const read = (json: string) => readTrace(new TextEncoder().encode(json), 'a.json');
const nodesOf = (json: string) => read(`{}${json}`).nodes;
const attributeOf = (value: string) => nodesOf(`{"attr": [{"name": "x", ${value}}]}`)[0]?.attributes.get('x');

test('says what the protobuf says', () => {
  for (const bytes of goldenTraces().filter((_, i) => i % 50 === 0)) {
    const trace = readTrace(bytes);
    expect(read(jsonOf(trace))).toEqual(trace);
  }
});

describe('what is read', () => {
  test('objects with anything or nothing between them', () => {
    const ids = (json: string) => nodesOf(json).map(({ id }) => id);
    expect(ids('{"id":"1"}{"id":"2"}\n{"id":"3"}  \r\n\t{"id":"4"}\n')).toEqual([1, 2, 3, 4]);
    expect(read('\uFEFF { } ')).toEqual({ version: '', nodes: [] });
  });

  test('braces and quotes in strings', () => {
    expect(nodesOf('{"name": "a}\\"{\\\\"}{}').map(({ name }) => name)).toEqual(['a}"{\\', '']);
  });

  test('the names of the schema, numbers without quotes, types by number, null for nothing', () => {
    const [node] = nodesOf(
      '{"id": 5, "type": 4, "ctrl_deps": [1], "data_deps": ["2", 1], "duration_micros": 7, "name": null, "inputs": {}}',
    );
    expect(node).toEqual({
      id: 5,
      name: '',
      kind: 'compute',
      dependsOn: [1, 2],
      durationMicros: 7,
      attributes: new Map(),
    });
  });

  test.each<[string, unknown]>([
    ['"int64Val": "-5"', -5],
    ['"int64_val": 5', 5],
    ['"uint64Val": "18446744073709551615"', 2n ** 64n - 1n],
    ['"doubleVal": 1', { real: 1 }],
    ['"floatVal": "Infinity"', { real: Number.POSITIVE_INFINITY }],
    ['"boolVal": false', false],
    ['"stringVal": ""', ''],
    ['"bytesVal": "AQI_"', Uint8Array.of(1, 2, 63)],
    ['"boolList": {"values": [true, false]}', [true, false]],
    ['"doubleList": {"values": [0.5]}', { reals: [0.5] }],
    ['"sint32List": {}', []],
    ['"docString": "of no value"', undefined],
  ])('%s', (json, value) => {
    expect(attributeOf(json)).toEqual(value);
  });
});

describe('what is wrong, and where', () => {
  test.each<[string, string]>([
    ['{}\n{"id": -1}', 'a.json: line 2, column 2: expected an integer from 0 to 9007199254740991, got -1'],
    ['{}\n{"id": "1.5"}', 'a.json: line 2, column 2: expected an integer from 0 to 9007199254740991, got "1.5"'],
    [
      '{}\n{"name": "é",\n  "dataDeps": [1,\n  "x"]}',
      'a.json: line 4, column 3: expected an integer from 0 to 9007199254740991, got "x"',
    ],
    [
      '{}{"typ": 4}',
      'expected one of the keys id, name, type, ctrlDeps, dataDeps, startTimeMicros, durationMicros, inputs, outputs, attr, storage, got the unknown key "typ" (did you mean "type"?)',
    ],
    ['{}{"type": "COMPUTE"}', 'expected one of INVALID_NODE, METADATA_NODE,'],
    ['{}{"type": 8}', 'a.json: line 1, column 4: expected one of INVALID_NODE'],
    ['{"id": 1}', 'a.json: line 1, column 2: expected one of the keys version, attr, got the unknown key "id"'],
    ['{}\n{"attr": [{"boolVal": "true"}]}', 'a.json: line 2, column 12: expected true or false, got "true"'],
    ['{}\n{"attr": [{"int32Val": 2147483648}]}', 'expected an integer from -2147483648 to 2147483647, got 2147483648'],
    [
      '{}\n{"attr": [{"boolVal": true, "int32Val": 1}]}',
      'line 2, column 11: expected an attribute with one value, got an object',
    ],
    ['{}\n{"attr": [{"bytesVal": "?"}]}', 'line 2, column 12: expected bytes in base64, got "?"'],
    ['{}\n{"id": 1,}', 'a.json: line 2, column 10: expected a key in double quotes, got "}"'],
    ['{}\n{"id": x}', 'a.json: line 2, column 8: expected a value, got "x"'],
    ['{}\n{"name": "a\nb"}', 'a.json: line 2, column 10: expected a string as JSON has it, got "\\""'],
    ['{}\n{"id": 1', 'a.json: line 2, column 9: expected a comma or }, got the end'],
    ['{} {"id": 1} x', 'a.json: line 1, column 14: expected {, got "x"'],
  ])('%s', (json, message) => {
    expect(() => read(json)).toThrow(message);
  });
});
