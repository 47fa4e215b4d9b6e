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

test('those of one hash are told apart', () => {
  // Two byte strings that the function of Fowler, Noll and Vo gives one hash of 32 bits: found by trying.
  const found = new Map<number, Uint8Array>();
  let pair: readonly Uint8Array[] = [];
  for (let i = 0; pair.length === 0; i++) {
    const bytes = Uint8Array.from([i, i >> 8, i >> 16, 0, 7, i >> 4, i >> 12, 1]);
    let hash = 0x811c9dc5;
    for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
    const before = found.get(hash);
    if (before !== undefined) pair = [before, bytes];
    found.set(hash, bytes);
  }
  const shared = new SharedBytes();
  for (const bytes of pair) expect(shared.first(bytes)).toBe(bytes);
  for (const bytes of pair) expect(shared.first(bytes.slice())).toBe(bytes);
});

test('for any: equal bytes, and the same object for equal ones', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 3, max: 2 }), { maxLength: 20 }), (all) => {
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
