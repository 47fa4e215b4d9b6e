import { describe, expect, test } from 'vitest';
import { hops, messageDelay } from '../../../src/topology/dimension.js';
import { dimensionOf } from '../../support/phases.js';

const everyDistance = (npus: number) => Array.from({ length: npus - 1 }, (_, i) => i + 1);

describe('hops', () => {
  test('around a ring, the shorter way', () => {
    const hopsIn = (npus: number) => everyDistance(npus).map((distance) => hops(dimensionOf('ring', npus), distance));
    expect(hopsIn(2)).toEqual([1]);
    expect(hopsIn(3)).toEqual([1, 1]);
    expect(hopsIn(6)).toEqual([1, 2, 3, 2, 1]);
    expect(hopsIn(7)).toEqual([1, 2, 3, 3, 2, 1]);
  });

  test('through a switch: there and back', () => {
    expect(everyDistance(5).map((distance) => hops(dimensionOf('switch', 5), distance))).toEqual([2, 2, 2, 2]);
  });

  test('fully connected: one', () => {
    expect(everyDistance(5).map((distance) => hops(dimensionOf('fully-connected', 5), distance))).toEqual([1, 1, 1, 1]);
  });
});

describe('the delay of a message', () => {
  const delay = (bandwidth: number, latency: number, hopCount: number, bytes: number) =>
    messageDelay(dimensionOf('ring', 8, bandwidth, latency), hopCount, bytes);

  test('is the latency of every hop and one serialisation', () => {
    // 3 * 500 + 1000 / 4.
    expect(delay(4, 500, 3, 1000)).toBe(1750);
    expect(delay(4, 500, 3, 0)).toBe(1500);
    expect(delay(4, 0, 3, 1000)).toBe(250);
  });

  test('is truncated once, after adding', () => {
    // 2 * 0.25 + 1 / 2 = 1: truncating either part by itself would give 0.
    expect(delay(2, 0.25, 2, 1)).toBe(1);
    // 0.5 + 3 / 2 = 2; 0.5 + 29999 / 10000 = 3.4999; 0.999.
    expect(delay(2, 0.5, 1, 3)).toBe(2);
    expect(delay(10_000, 0.5, 1, 29_999)).toBe(3);
    expect(delay(1, 0.999, 1, 0)).toBe(0);
  });

  test("has the bits of the reference's doubles", () => {
    // 600 GiB/s: 262144 / 644.2450944 = 406.90104..., and 500 + that.
    expect(delay((600 * 2 ** 30) / 1e9, 500, 1, 262_144)).toBe(906);
    // A division, not a product with the inverse: 49 * (1 / 49) is 0.9999999999999999.
    expect(delay(49, 0, 1, 49)).toBe(1);
    // 2^30 / 1e9 is no double: rounded up, it makes 2^30 bytes take a little less than 1e9 ns.
    expect(delay((1 * 2 ** 30) / 1e9, 0, 1, 2 ** 30)).toBe(999_999_999);
  });
});
