import { describe, expect, test } from 'vitest';
import { type CollectiveOptions, type DimensionSpec, simulateAllReduce } from '../../src/index.js';

const REQUIRED: CollectiveOptions = {
  topology: [
    { kind: 'ring', npus: 4, bandwidth: 100, latency: 50 },
    { kind: 'ring', npus: 2, bandwidth: 25, latency: 500 },
  ],
  size: 2 ** 20,
};

/** Those of the reference's example system files, and another value that makes a difference. */
const DEFAULTS = {
  algorithms: ['ring', 'direct'],
  decomposition: ['local-bw-aware', 'baseline'],
  splits: [4, 5],
  activeChunks: [1, 2],
  queuesPerDimension: [1, 2],
  involvedDimensions: [
    [true, true],
    [true, false],
  ],
  endpointDelay: [10, 11],
  localMemoryBandwidth: [1600, 1500],
  timeline: [false, true],
} as const;

describe('what is left out', () => {
  test.each(Object.entries(DEFAULTS))('%s', (field, [value, other]) => {
    const result = simulateAllReduce(REQUIRED);
    expect(simulateAllReduce({ ...REQUIRED, [field]: value })).toEqual(result);
    expect(simulateAllReduce({ ...REQUIRED, [field]: undefined })).toEqual(result);
    expect(simulateAllReduce({ ...REQUIRED, [field]: other })).not.toEqual(result);
  });

  test('the policy between collectives, which makes no difference to one', () => {
    const result = simulateAllReduce(REQUIRED);
    for (const scheduling of ['fifo', 'lifo', 'explicit'] as const)
      expect(simulateAllReduce({ ...REQUIRED, scheduling })).toEqual(result);
  });

  test('quantities may be text everywhere', () => {
    const [first, second] = REQUIRED.topology as [DimensionSpec, DimensionSpec];
    expect(
      simulateAllReduce({
        topology: [
          { ...first, bandwidth: '100 GB/s', latency: '0.05 us' },
          { ...second, bandwidth: '200 Gbit/s', latency: '500 ns' },
        ],
        size: '1 MiB',
        endpointDelay: '10 ns',
        localMemoryBandwidth: '1600 GB/s',
      }),
    ).toEqual(simulateAllReduce(REQUIRED));
  });
});
