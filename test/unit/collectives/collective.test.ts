import { describe, expect, test } from 'vitest';
import { busFactor, resultBytes, totalBytes } from '../../../src/collectives/collective.js';

describe('a collective over n ranks', () => {
  test('turns the bytes of a rank into', () => {
    expect(resultBytes('all-reduce', 4, 103)).toBe(103);
    expect(resultBytes('all-to-all', 4, 103)).toBe(103);
    // floor(103 / 4), and 103 * 4.
    expect(resultBytes('reduce-scatter', 4, 103)).toBe(25);
    expect(resultBytes('all-gather', 4, 103)).toBe(412);
  });

  test('is counted by nccl-tests with the total buffer', () => {
    expect(totalBytes('all-reduce', 4, 100)).toBe(100);
    expect(totalBytes('reduce-scatter', 4, 100)).toBe(100);
    expect(totalBytes('all-to-all', 4, 100)).toBe(100);
    expect(totalBytes('all-gather', 4, 100)).toBe(400);
  });

  test('has a bus bandwidth of 2(n-1)/n or (n-1)/n of its algorithm bandwidth', () => {
    expect(busFactor('all-reduce', 4)).toBe(1.5);
    expect(busFactor('reduce-scatter', 4)).toBe(0.75);
    expect(busFactor('all-gather', 4)).toBe(0.75);
    expect(busFactor('all-to-all', 8)).toBe(0.875);
  });
});
