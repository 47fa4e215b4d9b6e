import { gzipSync } from 'node:zlib';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, test } from 'vitest';
import { readTrace, readTraceNodes } from '../../../../src/formats/chakra/read-trace.js';
import { goldenTraces } from './golden-traces.js';

const { Varint, Bit32, Bit64, LengthDelimited, StartGroup, EndGroup } = WireType;

/** The bytes of a trace with these messages after the metadata. */
function file(...messages: ((writer: BinaryWriter) => void)[]): Uint8Array {
  const writer = new BinaryWriter();
  writer.fork().tag(1, LengthDelimited).string('0.0.4').join();
  for (const message of messages) {
    writer.fork();
    message(writer);
    writer.join();
  }
  return writer.finish();
}

/** The one attribute of the one node. */
function attribute(write: (writer: BinaryWriter) => void): unknown {
  const bytes = file((writer) => {
    writer.tag(10, LengthDelimited).fork().tag(1, LengthDelimited).string('x');
    write(writer);
    writer.join();
  });
  return readTrace(bytes).nodes[0]?.attributes.get('x');
}

test('all 6,522 traces of the golden rows', () => {
  const kinds = new Map<string, number>();
  let nodes = 0;
  for (const bytes of goldenTraces()) {
    const trace = readTrace(bytes);
    expect(trace.version).toBe('0.0.4');
    nodes += trace.nodes.length;
    for (const { kind } of trace.nodes) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  // Counted with another decoder.
  expect(nodes).toBe(75537);
  expect(Object.fromEntries(kinds)).toEqual({
    compute: 26111,
    send: 20060,
    receive: 20060,
    collective: 8829,
    'mem-store': 247,
    'mem-load': 230,
  });
});

test('a trace of the golden rows in full', () => {
  const [bytes = new Uint8Array()] = goldenTraces();
  const { version, nodes } = readTrace(bytes);
  expect([version, nodes.length]).toEqual(['0.0.4', 5]);
  expect(nodes[0]).toEqual({
    id: 0,
    name: 'comp0',
    kind: 'compute',
    dependsOn: [],
    durationMicros: 0,
    attributes: new Map([['is_cpu_op', false]]),
  });
  expect(nodes[1]).toEqual({
    id: 1,
    name: 'send1',
    kind: 'send',
    dependsOn: [0],
    durationMicros: 0,
    attributes: new Map<string, unknown>([
      ['is_cpu_op', false],
      ['comm_src', 0],
      ['comm_dst', 1],
      ['comm_size', 65536],
      ['comm_tag', 0],
    ]),
  });
  expect([...readTraceNodes(bytes)]).toEqual(nodes);
});

describe('nodes', () => {
  test('both kinds of dependencies, packed or not, without duplicates', () => {
    const bytes = file((writer) => {
      writer.tag(5, LengthDelimited).fork().uint64(7).uint64(300).join().tag(5, Varint).uint64(8);
      writer
        .tag(4, Varint)
        .uint64(7)
        .tag(4, LengthDelimited)
        .fork()
        .uint64(2 ** 40)
        .join();
    });
    expect(readTrace(bytes).nodes[0]?.dependsOn).toEqual([7, 2 ** 40, 300, 8]);
  });

  test('one without fields is invalid node 0', () => {
    const empty = { id: 0, name: '', kind: 'invalid', dependsOn: [], durationMicros: 0, attributes: new Map() };
    expect(readTrace(file(() => {}))).toEqual({ version: '0.0.4', nodes: [empty] });
    expect(readTrace(Uint8Array.of(0))).toEqual({ version: '', nodes: [] });
  });

  test('fields that are not known are skipped', () => {
    const bytes = file((writer) => {
      writer.tag(6, Varint).uint64(1).tag(8, LengthDelimited).string('values').tag(99, Bit32).fixed32(1);
      writer.tag(98, StartGroup).tag(1, Bit64).double(1).tag(98, EndGroup);
      writer.tag(1, Varint).uint64(5);
    });
    expect(readTrace(bytes).nodes[0]?.id).toBe(5);
  });
});

describe('attributes', () => {
  test.each<[string, (writer: BinaryWriter) => void, unknown]>([
    ['double', (w) => w.tag(3, Bit64).double(2), { real: 2 }],
    ['float', (w) => w.tag(5, Bit32).float(0.5), { real: 0.5 }],
    ['int32', (w) => w.tag(7, Varint).int32(-3), -3],
    ['int64', (w) => w.tag(9, Varint).int64(-(2 ** 40)), -(2 ** 40)],
    ['uint32', (w) => w.tag(11, Varint).uint32(2 ** 32 - 1), 2 ** 32 - 1],
    ['uint64', (w) => w.tag(13, Varint).uint64(2 ** 53 - 1), 2 ** 53 - 1],
    ['sint32', (w) => w.tag(15, Varint).sint32(-5), -5],
    ['sint64', (w) => w.tag(17, Varint).sint64(-6), -6],
    ['fixed32', (w) => w.tag(19, Bit32).fixed32(7), 7],
    ['fixed64', (w) => w.tag(21, Bit64).fixed64(8), 8],
    ['sfixed32', (w) => w.tag(23, Bit32).sfixed32(-9), -9],
    ['sfixed64', (w) => w.tag(25, Bit64).sfixed64(-10), -10],
    ['bool', (w) => w.tag(27, Varint).bool(true), true],
    ['string', (w) => w.tag(29, LengthDelimited).string('α'), 'α'],
    ['bytes', (w) => w.tag(31, LengthDelimited).bytes(Uint8Array.of(1)), Uint8Array.of(1)],
    ['an integer beyond 2^53', (w) => w.tag(13, Varint).uint64(2n ** 64n - 1n), 2n ** 64n - 1n],
    ['nothing', () => {}, undefined],
    ['the last of several values', (w) => w.tag(7, Varint).int32(1).tag(29, LengthDelimited).string('s'), 's'],
  ])('%s', (_, write, value) => {
    expect(attribute(write)).toEqual(value);
  });

  test('lists, packed or not', () => {
    const list = (field: number, write: (writer: BinaryWriter) => void) =>
      attribute((writer) => {
        writer.tag(field, LengthDelimited).fork();
        write(writer);
        writer.join();
      });
    expect(list(28, (w) => w.tag(1, LengthDelimited).fork().bool(true).bool(false).join())).toEqual([true, false]);
    expect(list(28, (w) => w.tag(1, Varint).bool(true).tag(1, Varint).bool(false))).toEqual([true, false]);
    expect(list(10, (w) => w.tag(1, LengthDelimited).fork().int64(-1).int64(300).join())).toEqual([-1, 300]);
    expect(list(6, (w) => w.tag(1, LengthDelimited).fork().float(1).float(2).join())).toEqual({ reals: [1, 2] });
    expect(list(30, (w) => w.tag(1, LengthDelimited).string('a').tag(1, LengthDelimited).string(''))).toEqual([
      'a',
      '',
    ]);
    expect(list(28, () => {})).toEqual([]);
  });

  test('the first of a name counts', () => {
    const named = (writer: BinaryWriter, value: number) =>
      writer.tag(10, LengthDelimited).fork().tag(1, LengthDelimited).string('x').tag(7, Varint).int32(value).join();
    const bytes = file((writer) => {
      named(writer, 1);
      named(writer, 2);
    });
    expect(readTrace(bytes).nodes[0]?.attributes.get('x')).toBe(1);
  });
});

describe('gzip', () => {
  const [bytes = new Uint8Array()] = goldenTraces();
  const zipped = new Uint8Array(gzipSync(bytes));

  test('in one member or several', () => {
    expect(readTrace(zipped)).toEqual(readTrace(bytes));
    const halves = Buffer.concat([gzipSync(bytes.subarray(0, 30)), gzipSync(bytes.subarray(30))]);
    expect(readTrace(halves)).toEqual(readTrace(bytes));
  });

  test('offsets in messages are those of the inflated file', () => {
    const broken = gzipSync(bytes.subarray(0, 90));
    expect(() => readTrace(broken, 'a.et')).toThrow(
      'a.et: byte 36: expected a node of 89 bytes, got 53 bytes to the end of the file',
    );
  });

  test('damaged', () => {
    const flipped = Uint8Array.from(zipped);
    flipped[zipped.length - 6] = (flipped[zipped.length - 6] as number) ^ 1;
    expect(() => readTrace(flipped, 'a.et')).toThrow('a.et: expected a whole gzip file, got incorrect data check');
    expect(() => readTrace(zipped.subarray(0, 60), 'a.et')).toThrow('a.et: expected a whole gzip file, got');
    const followed = Buffer.concat([zipped, Buffer.from('not a member')]);
    expect(() => readTrace(followed)).toThrow('expected a whole gzip file, got incorrect header check');
  });
});
