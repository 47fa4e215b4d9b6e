import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hops, messageDelay } from '../../../src/topology/dimension.js';
import { graphNetwork } from '../../../src/topology/graph-network.js';
import { gridNetwork } from '../../../src/topology/grid-network.js';
import { pathCost, pathDelay } from '../../../src/topology/path.js';
import { bandwidths, byteCounts, dimensions } from '../../support/arbitraries.js';
import { dimensionOf } from '../../support/phases.js';

describe('the delay of a whole route', () => {
  const chain = graphNetwork({
    npus: 4,
    devices: 4,
    links: [
      { from: 0, to: 1, bandwidth: 4, latency: 10.5 },
      { from: 1, to: 2, bandwidth: 2, latency: 0.25 },
      { from: 2, to: 3, bandwidth: 8, latency: 0.25 },
      { from: 3, to: 0, bandwidth: 8, latency: 1 },
    ],
  });

  test('is every latency and one serialisation at the slowest link, truncated once', () => {
    expect(pathCost(chain, 0, 3)).toEqual({ hops: 3, latencyNs: 11, bytesPerNs: 2 });
    // 11 + 101 / 2 = 61.5.
    expect(pathDelay(chain, 0, 3, 101)).toBe(61);
    // 10.5 + 2 / 4 = 11: truncating the parts would give 10.
    expect(pathDelay(chain, 0, 1, 2)).toBe(11);
  });

  test('is nothing to oneself', () => {
    expect(pathCost(chain, 2, 2)).toEqual({ hops: 0, latencyNs: 0, bytesPerNs: Number.POSITIVE_INFINITY });
    expect(pathDelay(chain, 2, 2, 1000)).toBe(0);
  });

  test('has the bits of a grid of one dimension', () => {
    // 3 * 0.1 is 0.30000000000000004, as is 0.1 + 0.1 + 0.1; 6 * 0.1 and six of them added differ.
    expect(pathCost(gridNetwork([dimensionOf('ring', 12, 1, 0.1)]), 0, 6).latencyNs).toBe(6 * 0.1);
    fc.assert(
      fc.property(dimensions(20), bandwidths, byteCounts(), fc.nat(), fc.nat(), (drawn, bandwidth, bytes, a, b) => {
        const dimension = { ...drawn, bandwidth };
        const [from, to] = [a % dimension.npus, b % dimension.npus];
        fc.pre(from !== to);
        const distance = (to - from + dimension.npus) % dimension.npus;
        expect(pathDelay(gridNetwork([dimension]), from, to, bytes)).toBe(
          messageDelay(dimension, hops(dimension, distance), bytes),
        );
      }),
    );
  });
});
