import { expect, test } from 'vitest';
import { MOST_ORIGINS } from '../../../../src/engine/message/lineage.js';
import { Origins } from '../../../../src/engine/message/origins.js';

/** Of three members the next: member i here is member i + 1 over there. */
const NEXT = 1;
const turns = [new Int32Array(0), Int32Array.from([1, 2, 0])];

function origins() {
  let strangers = 0;
  return new Origins(turns, () => MOST_ORIGINS + strangers++);
}

test('an origin that goes round is the first again', () => {
  const all = origins();
  const self = all.of(Int32Array.from([4, 5, 6]));
  const next = all.seenBy(self, NEXT);
  // Over there member 0 sees what member 1 is here.
  expect(next).toBe(all.of(Int32Array.from([5, 6, 4])));
  expect(next).not.toBe(self);
  expect(all.seenBy(all.seenBy(next, NEXT), NEXT)).toBe(self);
});

test('what is unknown is another unknown everywhere', () => {
  const all = origins();
  const [one, other] = [all.seenBy(MOST_ORIGINS + 7, NEXT), all.seenBy(MOST_ORIGINS + 7, NEXT)];
  expect(one).toBeGreaterThanOrEqual(MOST_ORIGINS);
  expect(one).not.toBe(other);
});

test('tables beyond the limit are not told apart any more: each is unknown', () => {
  const all = origins();
  const large = new Int32Array(2 ** 23);
  expect(all.of(large)).toBeLessThan(MOST_ORIGINS);
  expect(all.of(Int32Array.from([1]))).toBeGreaterThanOrEqual(MOST_ORIGINS);
  // Known is known.
  expect(all.of(large)).toBeLessThan(MOST_ORIGINS);
});
