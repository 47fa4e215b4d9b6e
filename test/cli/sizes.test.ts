import { expect, test } from 'vitest';
import { sizesOf } from '../../src/cli/sizes.js';

test('from the smallest to the largest by the factor', () => {
  expect(sizesOf({ minbytes: '8', maxbytes: '128', stepfactor: '4' })).toEqual([8, 32, 128]);
  expect(sizesOf({ minbytes: '8', maxbytes: '127', stepfactor: '4' })).toEqual([8, 32]);
});

test('one size when there is no largest', () => {
  expect(sizesOf({ minbytes: '5', stepfactor: '2' })).toEqual([5]);
});

test.each([
  ['1k', 1024],
  ['1M', 2 ** 20],
  ['1.5G', 1.5 * 2 ** 30],
  ['2T', 2 ** 41],
  ['100 MiB', 100 * 2 ** 20],
  ['100MiB', 100 * 2 ** 20],
  ['1 MB', 1e6],
  [' 7 ', 7],
])('%s', (text, bytes) => {
  expect(sizesOf({ minbytes: text, stepfactor: '2' })).toEqual([bytes]);
});
