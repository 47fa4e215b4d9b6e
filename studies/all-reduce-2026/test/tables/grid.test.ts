import { expect, test } from 'vitest';
import { combinations } from '../../src/tables/grid.js';

test('every combination once, the last axis fastest', () => {
  expect(combinations({ a: [1, 2], b: ['x', 'y', 'z'] })).toEqual([
    { a: 1, b: 'x' },
    { a: 1, b: 'y' },
    { a: 1, b: 'z' },
    { a: 2, b: 'x' },
    { a: 2, b: 'y' },
    { a: 2, b: 'z' },
  ]);
});

test('an empty axis leaves nothing', () => {
  expect(combinations({ a: [1, 2], b: [] })).toEqual([]);
});
