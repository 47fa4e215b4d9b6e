import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SharedBytes } from '../../../../src/formats/astra-sim/shared-bytes.js';

test('the first of those that are equal stands for all', () => {
  const shared = new SharedBytes();
  const [one, two, other, shorter] = [[1, 2], [1, 2], [2, 1], [1]].map((bytes) => Uint8Array.from(bytes)) as [
    Uint8Array,
    ...Uint8Array[],
  ];
  expect(shared.first(one)).toBe(one);
  expect(shared.first(two as Uint8Array)).toBe(one);
  expect(shared.first(other as Uint8Array)).toBe(other);
  expect(shared.first(shorter as Uint8Array)).toBe(shorter);
});

test('those that differ only in bytes that no hash sees are told apart', () => {
  // Hashes are of whole words: the last byte belongs to none.
  const [one, other] = [Uint8Array.from([1, 2, 3, 4, 5]), Uint8Array.from([1, 2, 3, 4, 6])] as const;
  const shared = new SharedBytes();
  for (const bytes of [one, other]) expect(shared.first(bytes)).toBe(bytes);
  for (const bytes of [one, other]) expect(shared.first(bytes.slice())).toBe(bytes);
});

test('those that differ only outside of the sample are told apart', () => {
  // 4,096 words, of which every sixteenth is looked at first.
  const one = new Uint8Array(2 ** 14);
  const other = Uint8Array.from(one, (_, i) => (i === 4 * 17 ? 1 : 0));
  const shared = new SharedBytes();
  for (const bytes of [one, other]) expect(shared.first(bytes)).toBe(bytes);
  for (const bytes of [one, other]) expect(shared.first(bytes.slice())).toBe(bytes);
});

test('where a byte string begins in its buffer makes no difference', () => {
  const buffer = Uint8Array.from({ length: 64 }, (_, i) => i % 13);
  const shared = new SharedBytes();
  const first = shared.first(buffer.subarray(0, 13));
  for (const from of [13, 26, 39]) expect(shared.first(buffer.subarray(from, from + 13))).toBe(first);
});

test('for any: equal bytes, and the same object for equal ones', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 6, max: 1 }), { maxLength: 20 }), (all) => {
      const shared = new SharedBytes();
      const firsts = new Map<string, Uint8Array>();
      for (const bytes of all) {
        const first = firsts.get(bytes.join()) ?? bytes;
        firsts.set(bytes.join(), first);
        expect(shared.first(bytes)).toBe(first);
      }
    }),
  );
});
