import { describe, expect, test } from 'vitest';
import { type AlgorithmName, type Collective, simulateCollective } from '../../../src/index.js';

/** Bytes that one of 4 x 2 NPUs sends in one chunk of `size` bytes, by the dimension that pays for them. */
function load(algorithms: AlgorithmName | readonly AlgorithmName[], collective: Collective, size: number): number[] {
  const ring = { kind: 'ring', bandwidth: 1, latency: 10 } as const;
  const topology = [
    { ...ring, npus: 4 },
    { ...ring, npus: 2 },
  ];
  const { dimensions } = simulateCollective({ collective, topology, algorithms, size, splits: 1 });
  return dimensions.map(({ bytesSentPerNpu }) => bytesSentPerNpu);
}

describe('bytes by dimension', () => {
  test('of one dimension: all in it', () => {
    // 2 * 3 messages of 25 bytes.
    expect(load(['ring'], 'all-reduce', 100)).toEqual([150, 0]);
  });

  test('of several: reduce-scatter, all-reduce, all-gather', () => {
    // 3 messages of 25 bytes up and 3 down; between them 2 of floor(25 / 2).
    expect(load('ring', 'all-reduce', 100)).toEqual([150, 24]);
  });

  test('of a flat ring: all in dimension 0', () => {
    // 7 messages of floor(100 / 8) = 12 bytes.
    expect(load('one-ring', 'reduce-scatter', 100)).toEqual([84, 0]);
  });

  test('of a flat exchange: in dimension 1 what goes 4 away, and nothing else', () => {
    expect(load('one-direct', 'reduce-scatter', 100)).toEqual([72, 12]);
    expect(load('one-direct:2', 'all-reduce', 100)).toEqual([144, 24]);
  });

  test('of flat halving-doubling: what goes 1 and 2 away in dimension 0, what goes 4 away in dimension 1', () => {
    expect(load('one-halving-doubling', 'reduce-scatter', 80)).toEqual([40 + 20, 10]);
    // And back from the turn: floor(10 / 2) * 2 = 10 to 4 away, then 20 and 40.
    expect(load('one-halving-doubling', 'all-reduce', 80)).toEqual([120, 20]);
  });
});
