import { expect, test } from 'vitest';
import type { CollectiveSpec } from '../../../src/index.js';
import { everything } from '../../support/lockstep.js';

/**
 * Specs whose answer would be another one if what looks out for this were not there: found at
 * random, with each guard taken out by itself.
 */
const GUARDED: readonly (readonly [what: string, spec: unknown])[] = [
  [
    'a dimension of one NPU, in which nobody stands for others',
    {
      topology: [
        { kind: 'ring', npus: 3, bandwidth: 1, latency: 0 },
        { kind: 'ring', npus: 4, bandwidth: 0.01, latency: 0 },
        { kind: 'ring', npus: 1, bandwidth: 1, latency: 0 },
      ],
      collective: 'all-reduce',
      size: 1,
      algorithms: 'one-ring',
      network: 'congestion-aware',
    },
  ],
  [
    'phases of no length, without end-point delay',
    {
      topology: [
        { kind: 'ring', npus: 4, bandwidth: 3, latency: 0 },
        { kind: 'ring', npus: 4, bandwidth: 3, latency: 2 },
        { kind: 'ring', npus: 2, bandwidth: 1.073741824, latency: 0 },
      ],
      collective: 'all-gather',
      size: 11,
      algorithms: 'one-direct:4',
      queuesPerDimension: 2,
      endpointDelay: 0,
      interDimensionScheduling: 'themis',
    },
  ],
  [
    'two messages of different NPUs that come to a link in one tick',
    {
      topology: [{ kind: 'switch', npus: 3, bandwidth: 1, latency: 0 }],
      collective: 'all-to-all',
      size: 322,
      splits: 1,
      activeChunks: 4,
      endpointDelay: 0,
      localMemoryBandwidth: 2,
      algorithms: ['bidirectional-ring'],
      network: 'congestion-aware',
    },
  ],
  [
    'a message that comes to a link in the tick in which it becomes free',
    {
      topology: [{ kind: 'ring', npus: 4, bandwidth: 1000000, latency: 0 }],
      collective: 'all-reduce',
      size: 396,
      decomposition: 'local-bw-aware',
      splits: 1,
      activeChunks: 4,
      queuesPerDimension: 2,
      interDimensionScheduling: 'themis',
      intraDimensionScheduling: 'fewest-remaining-phases-first',
      endpointDelay: 10,
      localMemoryBandwidth: 1,
      algorithms: ['direct'],
      network: 'congestion-aware',
    },
  ],
  [
    'ends of phases whose last events were scheduled at different NPUs',
    {
      topology: [
        { kind: 'ring', npus: 8, bandwidth: 50, latency: 0 },
        { kind: 'switch', npus: 2, bandwidth: 50, latency: 0 },
      ],
      collective: 'reduce-scatter',
      size: 161,
      splits: 5,
      activeChunks: 2,
      interDimensionScheduling: 'round-robin',
      intraDimensionScheduling: 'fewest-remaining-phases-first',
      endpointDelay: 2,
      algorithms: ['halving-doubling', 'halving-doubling'],
    },
  ],
  [
    'ends of phases whose histories part at different NPUs',
    {
      topology: [
        { kind: 'fully-connected', npus: 2, bandwidth: 50, latency: 0 },
        { kind: 'fully-connected', npus: 2, bandwidth: 50, latency: 0 },
        { kind: 'fully-connected', npus: 2, bandwidth: 50, latency: 0 },
      ],
      collective: 'all-reduce',
      size: 38,
      splits: 3,
      interDimensionScheduling: 'themis',
      intraDimensionScheduling: 'fewest-remaining-phases-first',
      endpointDelay: 2,
      algorithms: ['bidirectional-ring', 'direct:2', 'direct:3'],
    },
  ],
  [
    'a chunk that enters a queue in the tick in which one leaves it',
    {
      topology: [
        { kind: 'ring', npus: 2, bandwidth: 2, latency: 0 },
        { kind: 'ring', npus: 2, bandwidth: 2, latency: 0 },
      ],
      collective: 'all-reduce',
      size: 387,
      decomposition: 'local-bw-aware',
      splits: 3,
      activeChunks: 2,
      queuesPerDimension: 2,
      interDimensionScheduling: 'themis',
      intraDimensionScheduling: 'fewest-remaining-phases-first',
      endpointDelay: 10,
      localMemoryBandwidth: 1,
      algorithms: ['direct:2', 'direct:2'],
    },
  ],
  [
    'phases without end-point delay',
    {
      topology: [{ kind: 'ring', npus: 2, bandwidth: 4, latency: 20 }],
      collective: 'all-reduce',
      size: 16,
      decomposition: 'local-bw-aware',
      splits: 2,
      queuesPerDimension: 2,
      interDimensionScheduling: 'themis',
      intraDimensionScheduling: 'fewest-remaining-phases-first',
      endpointDelay: 0,
      localMemoryBandwidth: 'unlimited',
      algorithms: ['bidirectional-ring'],
    },
  ],
  [
    'two chunks that enter a queue in one tick',
    {
      topology: [
        { kind: 'ring', npus: 2, bandwidth: 4, latency: 20 },
        { kind: 'ring', npus: 2, bandwidth: 4, latency: 20 },
      ],
      collective: 'all-reduce',
      size: 16,
      decomposition: 'local-bw-aware',
      splits: 5,
      activeChunks: 3,
      queuesPerDimension: 2,
      interDimensionScheduling: 'themis',
      endpointDelay: 10,
      localMemoryBandwidth: 'unlimited',
      algorithms: ['halving-doubling', 'halving-doubling'],
    },
  ],
  [
    'two chunks that come to a queue of a simulated NPU in one tick',
    {
      topology: [
        { kind: 'fully-connected', npus: 2, bandwidth: 1, latency: 0 },
        { kind: 'fully-connected', npus: 2, bandwidth: 1, latency: 0 },
      ],
      collective: 'all-reduce',
      size: 81,
      decomposition: 'local-bw-aware',
      splits: 2,
      interDimensionScheduling: 'themis',
      intraDimensionScheduling: 'fewest-remaining-phases-first',
      endpointDelay: 0,
      localMemoryBandwidth: 'unlimited',
      algorithms: ['direct', 'direct'],
    },
  ],
];

test.each(GUARDED)('one NPU for all sees %s', (_, given) => {
  const spec = given as CollectiveSpec;
  const linkStatistics = spec.network === 'congestion-aware';
  const { answer } = everything({ ...spec, linkStatistics });
  expect(answer).toEqual(everything({ ...spec, linkStatistics, folding: 'off' }).answer);
});
