import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Collective, simulateCollective } from '../../../src/index.js';

/** Chunks of a collective of `size` bytes in so many splits on a switch of `npus`. */
function cut(collective: Collective, size: number, splits: number, npus: number) {
  const topology = [{ kind: 'switch', npus, bandwidth: 1, latency: 1 }] as const;
  const { chunks, chunkPlans } = simulateCollective({ collective, topology, size, splits });
  return { chunks, chunkBytes: chunkPlans[0]?.bytes };
}

describe('chunks (docs/model.md, section 5)', () => {
  test('are the size over the splits', () => {
    expect(cut('all-reduce', 1000, 4, 8)).toEqual({ chunks: 4, chunkBytes: 250 });
  });

  test('count as whole when the last is not', () => {
    // floor(1003 / 4) = 250, four of them are 1000: the last 3 bytes make a fifth.
    expect(cut('all-reduce', 1003, 4, 8)).toEqual({ chunks: 5, chunkBytes: 250 });
    // floor(399 / 100) = 3: a third as many chunks again as splits.
    expect(cut('all-to-all', 399, 100, 2)).toEqual({ chunks: 133, chunkBytes: 3 });
  });

  test('are at least a byte per NPU, and then as many as splits', () => {
    expect(cut('reduce-scatter', 100, 4, 32)).toEqual({ chunks: 4, chunkBytes: 32 });
    expect(cut('all-reduce', 1, 3, 8)).toEqual({ chunks: 3, chunkBytes: 8 });
    // Exactly a byte per NPU is enough: 129 bytes are then five chunks, not four.
    expect(cut('all-reduce', 129, 4, 32)).toEqual({ chunks: 5, chunkBytes: 32 });
    expect(cut('all-reduce', 127, 4, 32)).toEqual({ chunks: 4, chunkBytes: 32 });
  });

  test('of an all-gather may be smaller, but not nothing', () => {
    expect(cut('all-gather', 100, 4, 32)).toEqual({ chunks: 4, chunkBytes: 25 });
    expect(cut('all-gather', 4, 4, 32)).toEqual({ chunks: 4, chunkBytes: 1 });
    // floor(7 / 4) = 1: nearly twice as many chunks as splits.
    expect(cut('all-gather', 7, 4, 32)).toEqual({ chunks: 7, chunkBytes: 1 });
    expect(() => cut('all-gather', 3, 4, 32)).toThrow('at least one byte for each of the 4 splits');
  });

  test('are cut until the size is used up', () => {
    const whole = (min: number, max: number) => fc.integer({ min, max });
    fc.assert(
      fc.property(whole(1, 5000), whole(1, 40), whole(2, 64), (bytes, splits, npus) => {
        const even = Math.floor(bytes / splits);
        const chunkBytes = Math.max(even, npus);
        let left = even < npus ? splits * npus : bytes;
        let chunks = 0;
        for (; left > 0; left -= chunkBytes) chunks++;
        expect(cut('all-reduce', bytes, splits, npus)).toEqual({ chunks, chunkBytes });
      }),
    );
  });
});
