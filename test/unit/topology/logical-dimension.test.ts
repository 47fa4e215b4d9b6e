import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf, totalNpus } from '../../../src/topology/address.js';
import { type Dimension, hops } from '../../../src/topology/dimension.js';
import { chargeOf, delayTo, everyNpu, physicalDimension } from '../../../src/topology/logical-dimension.js';
import { dimensions } from '../../support/arbitraries.js';
import { dimensionOf } from '../../support/phases.js';

describe('a physical dimension', () => {
  const network = [dimensionOf('switch', 4), dimensionOf('ring', 6), dimensionOf('fully-connected', 3)];
  const logical = physicalDimension(network, 1);

  test('counts its own ranks', () => {
    expect(logical).toMatchObject({ index: 1, ranks: 6, first: 1, physical: [network[1]] });
  });

  test('pays for all of its messages, either way round', () => {
    expect([1, 2, 3, 4, 5].map((offset) => chargeOf(logical, offset))).toEqual(
      [1, 2, 3, 2, 1].map((count) => ({ dimension: 1, hops: count })),
    );
    expect(chargeOf(logical, -2)).toEqual(chargeOf(logical, 4));
    // 2 hops * 10 ns + 100 bytes at 1 byte per ns.
    expect(delayTo(logical, 2, 100)).toBe(120);
    expect(delayTo(logical, -2, 100)).toBe(120);
  });
});

describe('all NPUs as one dimension', () => {
  test('ranks are ids', () => {
    const network = [dimensionOf('ring', 4), dimensionOf('switch', 3)];
    expect(everyNpu(network)).toMatchObject({ index: 0, ranks: 12, first: 0, physical: network });
  });

  test('a message is charged in the lowest dimension in which the addresses differ', () => {
    // 8 x 32, as in "a flat ring never pays for dimension 1": offset 1 differs in digit 0 even where it carries.
    const network = [dimensionOf('ring', 8, 100, 5), dimensionOf('switch', 32, 1, 1000)];
    const flat = everyNpu(network);
    expect(chargeOf(flat, 1)).toEqual({ dimension: 0, hops: 1 });
    expect(chargeOf(flat, 255)).toEqual({ dimension: 0, hops: 1 });
    expect(chargeOf(flat, 12)).toEqual({ dimension: 0, hops: 4 });
    expect(chargeOf(flat, 8)).toEqual({ dimension: 1, hops: 2 });
    // 5 ns + 100 bytes at 100 per ns; 2 * 1000 ns + 100 bytes at 1 per ns.
    expect(delayTo(flat, 1, 100)).toBe(6);
    expect(delayTo(flat, 8, 100)).toBe(2100);
  });

  test('for every pair of NPUs, found by comparing their addresses', () => {
    fc.assert(
      fc.property(fc.array(dimensions(5), { minLength: 1, maxLength: 4 }), (network) => {
        const total = totalNpus(network);
        fc.pre(total > 1 && total <= 60);
        const flat = everyNpu(network);
        const pairs = Array.from(
          { length: total * total },
          (_, pair) => [Math.floor(pair / total), pair % total] as const,
        );
        const apart = pairs.filter(([from, to]) => from !== to);
        expect(apart.map(([from, to]) => chargeOf(flat, to - from))).toEqual(
          apart.map(([from, to]) => chargedBetween(from, to, network)),
        );
      }),
      { numRuns: 60 },
    );
  });

  function chargedBetween(from: number, to: number, network: readonly Dimension[]) {
    const a = addressOf(from, network);
    const b = addressOf(to, network);
    const dimension = a.findIndex((digit, d) => digit !== b[d]);
    const { npus } = network[dimension] as Dimension;
    const distance = ((b[dimension] as number) - (a[dimension] as number) + npus) % npus;
    return { dimension, hops: hops(network[dimension] as Dimension, distance) };
  }
});
