import { describe, expect, test } from 'vitest';
import type { Decomposition } from '../../../src/base/words.js';
import { type AlgorithmName, type Collective, ConfigError, simulateCollective } from '../../../src/index.js';
import { phasesOf } from '../../support/phases-of.js';

/** What a chunk of `size` bytes passes over 4, 3 and 2 NPUs: `collective dimension: bytes it enters with`. */
function plan(
  collective: Collective,
  decomposition: Decomposition,
  size: number,
  algorithms: readonly AlgorithmName[] = ['ring', 'ring', 'ring'],
) {
  const dimension = { kind: 'ring', bandwidth: 1, latency: 1 } as const;
  const topology = [4, 3, 2].map((npus) => ({ ...dimension, npus }));
  const result = simulateCollective({ collective, decomposition, topology, size, splits: 1, algorithms });
  return phasesOf(result).map((phase) => `${phase.collective} ${phase.dimension}: ${phase.bytes}`);
}

describe('phases (docs/model.md, section 5)', () => {
  test('local-bw-aware: reduce-scatter up, all-reduce at the top, all-gather down', () => {
    // 100 / 4 = 25, floor(25 / 3) = 8; on the way down 8 * 3 = 24, not 25: what truncation took stays away.
    expect(plan('all-reduce', 'local-bw-aware', 100)).toEqual([
      'reduce-scatter 0: 100',
      'reduce-scatter 1: 25',
      'all-reduce 2: 8',
      'all-gather 1: 8',
      'all-gather 0: 24',
    ]);
  });

  test('local-bw-aware over one dimension is an all-reduce', () => {
    expect(plan('all-reduce', 'local-bw-aware', 100, ['ring'])).toEqual(['all-reduce 0: 100']);
  });

  test('baseline: an all-reduce of everything in each dimension', () => {
    expect(plan('all-reduce', 'baseline', 100)).toEqual([
      'all-reduce 0: 100',
      'all-reduce 1: 100',
      'all-reduce 2: 100',
    ]);
  });

  test.each(['baseline', 'local-bw-aware'] as const)('the others do not depend on it: %s', (decomposition) => {
    expect(plan('reduce-scatter', decomposition, 100)).toEqual([
      'reduce-scatter 0: 100',
      'reduce-scatter 1: 25',
      'reduce-scatter 2: 8',
    ]);
    expect(plan('all-gather', decomposition, 5)).toEqual(['all-gather 2: 5', 'all-gather 1: 10', 'all-gather 0: 30']);
    expect(plan('all-to-all', decomposition, 100)).toEqual([
      'all-to-all 0: 100',
      'all-to-all 1: 100',
      'all-to-all 2: 100',
    ]);
  });

  test('an algorithm that cannot is named with what it lacks, every time it stands in a phase', () => {
    const names = ['ring', 'halving-doubling', 'direct'] as const;
    expect(() => plan('all-reduce', 'baseline', 100, names)).toThrow(
      'algorithms: expected halving-doubling to have a power of two of ranks, not 3, got all-reduce over 3 ranks',
    );
    try {
      plan('all-reduce', 'local-bw-aware', 100, names);
      expect.unreachable();
    } catch (error) {
      expect((error as ConfigError).issues.map(({ got }) => got)).toEqual([
        'reduce-scatter over 3 ranks',
        'all-gather over 3 ranks',
      ]);
    }
    expect(() => plan('all-to-all', 'baseline', 100, ['halving-doubling'])).toThrow(ConfigError);
  });
});

describe('queues', () => {
  /** Which queues of dimension 0 phases take, in order of chunks. */
  function queues(collective: Collective, decomposition: Decomposition, queuesPerDimension: number) {
    const dimension = { kind: 'ring', npus: 2, bandwidth: 1, latency: 1 } as const;
    const { timeline = [] } = simulateCollective({
      collective,
      decomposition,
      topology: [dimension, dimension],
      size: 600,
      splits: 6,
      queuesPerDimension,
      timeline: true,
    });
    const taken = (op: Collective) =>
      timeline
        .filter((span) => span.dimension === 0 && span.collective === op)
        .sort((a, b) => a.chunk - b.chunk)
        .map(({ queue }) => queue);
    return { up: taken('reduce-scatter'), down: taken('all-gather'), both: taken('all-reduce') };
  }

  test('local-bw-aware: the lower half up, the upper half down', () => {
    expect(queues('all-reduce', 'local-bw-aware', 4)).toMatchObject({
      up: [0, 1, 0, 1, 0, 1],
      down: [2, 3, 2, 3, 2, 3],
    });
    expect(queues('all-reduce', 'local-bw-aware', 1)).toMatchObject({
      up: [0, 0, 0, 0, 0, 0],
      down: [0, 0, 0, 0, 0, 0],
    });
  });

  test('otherwise all, round robin', () => {
    expect(queues('all-reduce', 'baseline', 4).both).toEqual([0, 1, 2, 3, 0, 1]);
    expect(queues('all-gather', 'local-bw-aware', 4).down).toEqual([0, 1, 2, 3, 0, 1]);
    expect(queues('reduce-scatter', 'local-bw-aware', 3).up).toEqual([0, 1, 2, 0, 1, 2]);
  });
});
