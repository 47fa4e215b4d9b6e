import { expect, test } from 'vitest';
import { booleans, flag, integer, real, text } from '../../../../src/formats/chakra/attributes.js';
import type { AttributeValue, TraceNode } from '../../../../src/formats/chakra/graph.js';

const node = (value?: AttributeValue): TraceNode => ({
  ...{ id: 7, name: '', kind: 'collective', dependsOn: [], durationMicros: 0 },
  attributes: new Map(value === undefined ? [] : [['x', value]]),
});

test('a value of the type that is meant', () => {
  expect(integer(node(5), 'x')).toBe(5);
  expect(real(node({ real: 0.5 }), 'x')).toBe(0.5);
  expect(real(node(5), 'x')).toBe(5);
  expect(real(node(2n ** 60n), 'x')).toBe(2 ** 60);
  expect(flag(node(false), 'x')).toBe(false);
  // Writers of traces use integers of any width: 0 is false, everything else true.
  expect([0, 1, 2, -1, 2n ** 60n].map((value) => flag(node(value), 'x'))).toEqual([false, true, true, true, true]);
  expect(text(node(''), 'x')).toBe('');
  expect(booleans(node([true, false]), 'x')).toEqual([true, false]);
  expect(booleans(node([1, 0]), 'x')).toEqual([true, false]);
  expect(booleans(node([]), 'x')).toEqual([]);
});

test('what stands for an absent one', () => {
  expect(integer(node(), 'x', { absent: 0 })).toBe(0);
  expect(flag(node(), 'x', { absent: false })).toBe(false);
  expect(text(node(), 'x', { absent: '' })).toBe('');
});

test.each<[(node: TraceNode) => unknown, AttributeValue | undefined, string]>([
  [(n) => integer(n, 'x'), undefined, 'node 7, attribute x: expected an integer below 2^53, got nothing'],
  [(n) => integer(n, 'x'), { real: 5 }, 'expected an integer below 2^53, got the floating-point number 5'],
  [(n) => integer(n, 'x'), 2n ** 60n, 'expected an integer below 2^53, got 1152921504606846976n'],
  [(n) => integer(n, 'x', { absent: 0 }), true, 'expected an integer below 2^53, got true'],
  [(n) => real(n, 'x'), '5', 'expected a number, got "5"'],
  [(n) => flag(n, 'x', { file: 'a.0.et' }), '1', 'a.0.et: node 7, attribute x: expected true or false, got "1"'],
  [(n) => text(n, 'x'), Uint8Array.of(1), 'expected a string, got an object'],
  [(n) => booleans(n, 'x'), ['yes', 'no'], 'expected a list of true or false, got a list of 2'],
])('%s of %s', (read, value, message) => {
  expect(() => read(node(value))).toThrow(message);
});
