import { expect, test } from 'vitest';
import { ConfigError, networkBound } from '../../../src/index.js';

/** Three NPUs in a row, 1 byte per ns and 10 ns both ways. */
const ROW = {
  npus: 3,
  links: [
    { from: 0, to: 1, both: true, bandwidth: 1, latency: 10 },
    { from: 1, to: 2, both: true, bandwidth: 1, latency: 10 },
  ],
} as const;

test('of a graph are those of its own links, not of one between every two NPUs', () => {
  const ns = (collective: 'all-gather' | 'reduce-scatter' | 'all-reduce' | 'all-to-all') =>
    networkBound({ collective, topology: ROW, size: 900 }).ns;
  // The data of two others come to an end of the row over one link: 2 * 900 bytes.
  expect(ns('all-gather')).toBe(1800);
  // Over that link go a partial sum of each of two thirds.
  expect(ns('reduce-scatter')).toBe(600);
  // All that an end has goes out to be summed up.
  expect(ns('all-reduce')).toBe(900);
  // An end sends two of its three parts.
  expect(ns('all-to-all')).toBe(600);
});

test('of a shorthand of a graph, and not of nonsense', () => {
  const size = '1 MiB';
  // Behind its one link of 50 bytes per ns each NPU of a fat tree gets the data of 15 others.
  const topology = 'graph: fat-tree(4x4, 50 GB/s, 500 ns)';
  expect(networkBound({ collective: 'all-gather', topology, size }).ns).toBeCloseTo((15 * 2 ** 20) / 50, 6);
  expect(() => networkBound({ collective: 'all-gather', topology: { npus: 2, links: [] }, size })).toThrow(ConfigError);
});
