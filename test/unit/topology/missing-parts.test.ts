import { expect, test } from 'vitest';
import { readParts } from '../../../src/topology/shorthand.js';

test.each([
  ['ring(8, 600 GB/s)', 'latency is missing'],
  ['ring(8, 5)', 'latency is missing'],
  ['ring(8, 500 ns)', 'bandwidth is missing'],
  ['ring(600 GB/s, 500 ns)', 'npus is missing'],
  ['ring(8)', 'bandwidth and latency are missing'],
  ['ring()', 'npus, bandwidth and latency are missing'],
  ['ring(8, 600 GB/s, 500 ns, 1)', '4 parts in brackets, where there are 3'],
])('%s: %s', (text, hint) => expect(readParts(text)).toMatchObject([{ path: '[0]', hint }]));

test('no hint where there are no brackets', () => expect(readParts('ring 8')[0]).not.toHaveProperty('hint'));
