import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../../src/base/errors.js';
import { readTrace } from '../../../../src/formats/chakra/read-trace.js';
import { writeTrace } from '../../../../src/formats/chakra/write-trace.js';
import { traces } from './arbitrary-traces.js';

/** Reads, and checks that what comes is a trace or a ConfigError. */
function tried(bytes: Uint8Array): void {
  try {
    const { nodes } = readTrace(bytes, 'f');
    for (const { id, dependsOn, durationMicros } of nodes) {
      for (const number of [id, durationMicros, ...dependsOn]) expect(Number.isSafeInteger(number)).toBe(true);
    }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const { path } of error.issues) expect(path).toMatch(/^f: (byte \d+|line \d+, column \d+)$|^f$/);
  }
}

const written = traces.map(writeTrace);
const runs = { numRuns: 500 };

describe('bytes of any kind are a trace or a clear error', () => {
  test('random', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), tried), runs);
  });

  test('cut short', () => {
    fc.assert(
      fc.property(written, fc.nat(), (bytes, at) => tried(bytes.subarray(0, at % (bytes.length + 1)))),
      runs,
    );
  });

  test('with bits flipped', () => {
    const flips = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 7 })), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(written, flips, fc.boolean(), (bytes, places, zip) => {
        const broken = zip ? new Uint8Array(gzipSync(bytes)) : Uint8Array.from(bytes);
        for (const [at, bit] of places) {
          const i = at % broken.length;
          broken[i] = (broken[i] as number) ^ (1 << bit);
        }
        tried(broken);
      }),
      runs,
    );
  });

  test('with lengths, or anything else, replaced', () => {
    const huge = fc.constantFrom(
      [0xff, 0xff, 0xff, 0xff, 0x0f],
      [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
      [0x80],
      [0x7f],
    );
    fc.assert(
      fc.property(written, fc.nat(), huge, (bytes, at, put) => {
        const i = at % (bytes.length + 1);
        tried(Uint8Array.from([...bytes.subarray(0, i), ...put, ...bytes.subarray(i + 1)]));
      }),
      runs,
    );
  });

  test('JSON with characters replaced', () => {
    const good =
      '{"version": "0.0.4"}{"id": "1", "type": "COMP_NODE", "dataDeps": ["0"], "attr": [{"name": "x", "int64Val": "5"}]}';
    const bad = fc.constantFrom('', '"', '{', '}', '[', ']', ',', '\\', '9', 'x', '\n', 'é', '{{{', '[[');
    fc.assert(
      fc.property(fc.nat({ max: good.length }), bad, (at, put) => {
        tried(new TextEncoder().encode(`${good.slice(0, at)}${put}${good.slice(at + 1)}`));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('bounded', () => {
  test('a bomb is an error before it goes off', () => {
    const bomb = gzipSync(new Uint8Array(2 ** 26));
    const most = 2 ** 24 + 100 * bomb.length;
    expect(() => readTrace(bomb, 'f')).toThrow(`f: expected a trace of at most ${most} bytes, got more, inflated`);
  });

  test('nodes without anything cost little', () => {
    const { nodes } = readTrace(new Uint8Array(1e6));
    expect(nodes).toHaveLength(1e6 - 1);
    expect(nodes[0]?.attributes).toBe(nodes[1]?.attributes);
  });

  test('many dependencies one by one', () => {
    // Field 5 over and over, unpacked.
    const message = new Uint8Array(4e5).fill(1);
    for (let at = 0; at < message.length; at += 2) message[at] = 0x28;
    const { nodes } = readTrace(Uint8Array.from([0, 0x80, 0xb5, 0x18, ...message]));
    expect(nodes[0]?.dependsOn).toEqual([1]);
  });

  test('a promised length is not believed', () => {
    const zipped = new Uint8Array(gzipSync(Uint8Array.of(0)));
    zipped.fill(0xff, zipped.length - 4);
    expect(() => readTrace(zipped, 'f')).toThrow('f: expected a whole gzip file, got incorrect length check');
  });

  test('deep JSON is an error, not an overflow', () => {
    const deep = `{"version": ""}{"id": ${'['.repeat(1e6)}${']'.repeat(1e6)}}`;
    expect(() => readTrace(new TextEncoder().encode(deep), 'f')).toThrow(ConfigError);
    expect(() => readTrace(new TextEncoder().encode(`{"a":`.repeat(1e6)), 'f')).toThrow(ConfigError);
  });

  test('nested groups too', () => {
    const groups = new Uint8Array(1e6).fill(0x0b);
    expect(() => readTrace(Uint8Array.from([0, 0xc0, 0x84, 0x3d, ...groups]), 'f')).toThrow(ConfigError);
  });
});

test.each<[string, number[], string]>([
  ['an empty file', [], 'f: byte 0: expected the metadata of a Chakra trace, got premature EOF'],
  [
    'a length beyond the end',
    [5, 10, 1],
    'f: byte 0: expected metadata of 5 bytes, got 2 bytes to the end of the file',
  ],
  [
    'a field beyond its message',
    [0, 2, 18, 5, 65, 65, 65, 65, 65],
    'f: byte 4: expected a field that ends with its message, got one that ends at byte 9',
  ],
  ['a node type that is not known', [0, 2, 24, 8], 'f: byte 4: expected a node type from 0 to 7, got 8'],
  [
    'an id beyond 2^53',
    [0, 10, 8, 255, 255, 255, 255, 255, 255, 255, 255, 127],
    'f: byte 3: expected id below 2^53, got 9223372036854775807',
  ],
  [
    'another schema',
    [0, 3, 26, 1, 65],
    'f: byte 3: expected type in wire type Varint (Chakra schema 0.0.4), got wire type LengthDelimited',
  ],
])('%s', (_, bytes, message) => {
  expect(() => readTrace(Uint8Array.from(bytes), 'f')).toThrow(message);
});
