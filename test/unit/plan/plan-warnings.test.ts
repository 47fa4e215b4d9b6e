import { describe, expect, test } from 'vitest';
import { type CollectiveOptions, type DimensionSpec, simulateAllReduce, type WarningCode } from '../../../src/index.js';

const ring = (npus: number): DimensionSpec => ({ kind: 'ring', npus, bandwidth: 1, latency: 10 });
const fullyConnected = (npus: number): DimensionSpec => ({ kind: 'fully-connected', npus, bandwidth: 1, latency: 10 });

/** A spec that nothing is to be said about: 4 x 2 NPUs, 4 whole chunks, one at a time. */
const PLAIN: CollectiveOptions = { topology: [ring(4), ring(2)], size: 4096 };

/** What is said of the plan; what is said of the time that came out of it (below a bound) is not looked at here. */
function warningsOf(options: Partial<CollectiveOptions>) {
  return simulateAllReduce({ ...PLAIN, ...options }).warnings.filter(({ code }) => !code.startsWith('below-'));
}
const codesOf = (options: Partial<CollectiveOptions>): WarningCode[] => warningsOf(options).map(({ code }) => code);

describe('warnings', () => {
  test('there are none without cause', () => {
    expect(warningsOf({})).toEqual([]);
    expect(warningsOf({ algorithms: ['halving-doubling', 'ring'], decomposition: 'baseline' })).toEqual([]);
    expect(warningsOf({ involvedDimensions: [true, false] })).toEqual([]);
  });

  test('fewer algorithms than dimensions', () => {
    const options = { topology: [ring(4), ring(2), ring(2)], algorithms: ['ring'] } as const;
    expect(warningsOf(options)).toEqual([
      {
        code: 'fewer-algorithms-than-dimensions',
        message: '1 algorithm(s) for 3 dimensions: the last 2 take no part',
        data: { algorithms: 1, left: 2 },
      },
    ]);
    expect(codesOf({ ...options, algorithms: ['ring', 'ring', 'ring'] })).toEqual([]);
  });

  test('inflated bytes: a last partial chunk, or chunks of fewer bytes than NPUs', () => {
    expect(warningsOf({ size: 4098 })).toEqual([
      {
        code: 'inflated-bytes',
        message: expect.stringContaining('5120 bytes are simulated instead of 4098'),
        // floor(4098 / 4) = 1024 a chunk; the 2 bytes that are left take a fifth.
        data: { simulated: 5120, asked: 4098, chunks: 5, chunkBytes: 1024 },
      },
    ]);
    expect(warningsOf({ size: 10 })).toEqual([
      {
        code: 'inflated-bytes',
        message: expect.stringContaining('32 bytes are simulated instead of 10'),
        data: { simulated: 32, asked: 10, chunks: 4, chunkBytes: 8 },
      },
    ]);
    expect(codesOf({ size: 32 })).toEqual([]);
  });

  test('more than the wire can move: chunks at once', () => {
    expect(warningsOf({ activeChunks: 3 })).toEqual([
      {
        code: 'more-than-the-wire',
        message: expect.stringContaining('up to 3 chunks are under way'),
        data: { together: 3 },
      },
    ]);
    // There are four chunks only; a single one is alone.
    expect(warningsOf({ activeChunks: 9 })[0]?.message).toContain('up to 4 chunks');
    expect(codesOf({ activeChunks: 9, splits: 1 })).toEqual([]);
  });

  test('more than the wire can move: a chunk in each of several queues', () => {
    // Every queue runs at least one chunk, whatever the number of active chunks.
    const options = { queuesPerDimension: 4, decomposition: 'baseline' } as const;
    const { timeline = [], dimensions } = simulateAllReduce({ ...PLAIN, ...options, timeline: true });
    expect(timeline.filter(({ dimension, startNs }) => dimension === 0 && startNs === 0)).toHaveLength(4);
    expect(dimensions[0]?.utilisation).toBeGreaterThan(1);
    expect(codesOf(options)).toContain('more-than-the-wire');
    // An all-reduce over one dimension keeps to the lower half: one queue of two.
    expect(codesOf({ topology: [ring(4)], queuesPerDimension: 2 })).toEqual([]);
  });

  test('more than the wire can move: messages at once over shared links', () => {
    expect(warningsOf({ algorithms: ['direct', 'ring'] })).toEqual([
      {
        code: 'more-than-the-wire',
        message: expect.stringMatching(/^direct in dimension 0 sends 3 messages at once/),
        data: { algorithm: 'direct', dimension: 0, together: 3 },
      },
    ]);
    expect(warningsOf({ algorithms: ['direct:2', 'ring'] })[0]?.message).toMatch(/sends 2 messages at once/);
    // One at a time, or to one peer only, or each over a link of its own.
    expect(codesOf({ algorithms: ['direct:1', 'ring'] })).toEqual([]);
    expect(codesOf({ algorithms: ['ring', 'direct'] })).toEqual([]);
    expect(codesOf({ topology: [fullyConnected(4), ring(2)], algorithms: 'direct' })).toEqual([]);
  });

  test('a flat ring never pays for slow dimensions, unless there is one only', () => {
    expect(codesOf({ algorithms: 'one-ring' })).toEqual(['flat-never-pays-slow-dimensions']);
    expect(codesOf({ algorithms: 'one-ring', topology: [ring(8), ring(1)] })).toEqual([]);
  });

  test('a flat algorithm does not look at all flags', () => {
    expect(codesOf({ algorithms: 'one-ring', involvedDimensions: [true, false] })).toEqual([
      'flat-never-pays-slow-dimensions',
      'flat-ignores-involved-dimensions',
    ]);
    expect(codesOf({ algorithms: 'one-ring', involvedDimensions: [true, true] })).not.toContain(
      'flat-ignores-involved-dimensions',
    );
  });

  test('messages of nothing', () => {
    // 8 bytes a chunk over 8: 4, 2, 1, then nothing (see collectives/halving-doubling.test.ts).
    const options = { topology: [ring(8)], algorithms: 'halving-doubling', size: 32 } as const;
    expect(codesOf(options)).toEqual(['zero-byte-messages']);
    expect(codesOf({ ...options, size: 64 })).toEqual([]);
  });

  test('from the maker of the spec come first', () => {
    const own = { code: 'dead-key', message: 'from a file', data: {} } as const;
    expect(warningsOf({ warnings: [own], activeChunks: 2 }).map(({ code }) => code)).toEqual([
      'dead-key',
      'more-than-the-wire',
    ]);
  });
});
