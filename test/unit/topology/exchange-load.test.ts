import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Exchange, exchangeLoad } from '../../../src/topology/exchange-load.js';

/**
 * Message by message: on a ring of four times the widest offset (so that no way round is as
 * short as the other) every NPU sends to the one that it swaps with, and each link is counted.
 */
function counted(exchanges: readonly Exchange[]): number {
  const npus = 4 * exchanges.reduce((most, { offset }) => Math.max(most, offset), 1);
  const forwards = new Array(npus).fill(0);
  const backwards = new Array(npus).fill(0);
  for (const { offset, weight } of exchanges) {
    for (let npu = 0; npu < npus; npu++) {
      const lower = Math.floor(npu / offset) % 2 === 0;
      // Link p joins p and p + 1, in either direction.
      const [links, first] = lower ? [forwards, npu] : [backwards, npu - offset];
      for (let hop = 0; hop < offset; hop++) links[first + hop] += weight;
    }
  }
  // Those who send up and those who send down load the links alike.
  expect(forwards).toEqual(backwards);
  return Math.max(...forwards);
}

test('two neighbours swap: one message', () => {
  expect(exchangeLoad([{ offset: 1, weight: 7 }])).toBe(7);
});

test('a triangle that peaks at its offset', () => {
  // Four send to the four above them: 1, 2, 3, 4, 3, 2, 1 over the links between.
  expect(exchangeLoad([{ offset: 4, weight: 1 }])).toBe(4);
});

test('peaks of different offsets do not fall together', () => {
  // Links 0 to 6 of eight. Offset 4: 1 2 3 4 3 2 1. Offset 1, thrice: 3 0 3 0 3 0 3. Together 4 2 6 4 6 2 4.
  expect(
    exchangeLoad([
      { offset: 4, weight: 1 },
      { offset: 1, weight: 3 },
    ]),
  ).toBe(6);
});

test('nothing loads nothing', () => {
  expect(exchangeLoad([])).toBe(0);
});

test('for any exchanges: as counted link by link', () => {
  const exchange = fc.record({ offset: fc.nat(7).map((level) => 2 ** level), weight: fc.nat(1000) });
  fc.assert(
    fc.property(fc.array(exchange, { maxLength: 10 }), (exchanges) => {
      expect(exchangeLoad(exchanges)).toBe(counted(exchanges));
    }),
    { numRuns: 300 },
  );
});
