import { describe, expect, test } from 'vitest';
import { type JudgeOptions, judgeAllocation } from '../../../src/cluster/index.js';
import { simulateAllReduce } from '../../../src/simulate.js';
import { pathsOf } from '../../support/issue-paths.js';

const ideal = { endpointDelay: 0, localMemoryBandwidth: 'unlimited' } as const;

describe('judgeAllocation', () => {
  test('of one dimension there is nothing to move', () => {
    const verdict = judgeAllocation({
      collectives: [{ collective: 'all-reduce', bytes: 64_000 }],
      dimensions: [{ kind: 'ring', npus: 8, latency: 0 }],
      total: 100,
      simulation: { ...ideal, splits: 1 },
    });
    // 2 x 7/8 x 64,000 bytes at 100 bytes per ns.
    expect(verdict).toEqual({
      ideal: { bytesPerNs: [100], modelNs: 1120, simulatedNs: 1120 },
      best: { bytesPerNs: [100], simulatedNs: 1120 },
      loss: 0,
      evaluations: 2,
    });
  });

  test('a single chunk crosses one dimension after the other: the model is far off', () => {
    const verdict = judgeAllocation({
      collectives: [{ collective: 'reduce-scatter', bytes: 640_000 }],
      dimensions: [
        { kind: 'ring', npus: 4, latency: 0 },
        { kind: 'fully-connected', npus: 4, latency: 0 },
      ],
      total: 100,
      simulation: { ...ideal, splits: 1 },
    });
    // 480,000 and 120,000 bytes: 80 and 20 bytes per ns, 6000 ns if both are always busy. One after
    // the other: a / x + b / (100 - x) is least where x : 100 - x = sqrt(a) : sqrt(b) = 2 : 1.
    expect(verdict.ideal).toEqual({ bytesPerNs: [80, 20], modelNs: 6000, simulatedNs: 12_000 });
    const least = 480_000 / (200 / 3) + 120_000 / (100 / 3);
    expect(verdict.best.simulatedNs / least).toBeCloseTo(1, 3);
    expect(verdict.best.bytesPerNs[0]).toBeCloseTo(200 / 3, 0);
    expect(verdict.loss).toBeCloseTo(12_000 / least - 1, 3);
  });

  test('of two dimensions the search is as good as trying every split', () => {
    const asked: JudgeOptions = {
      collectives: [{ collective: 'all-reduce', bytes: '16 MB' }],
      dimensions: [
        { kind: 'ring', npus: 8, latency: '500 ns' },
        { kind: 'switch', npus: 8, latency: '1 us' },
      ],
      total: 600,
      simulation: { splits: 4 },
    };
    const { best } = judgeAllocation(asked);
    const all = Array.from({ length: 299 }, (_, i) => {
      const topology = `ring(8, ${2 * (i + 1)}, 500) x switch(8, ${600 - 2 * (i + 1)}, 1000)`;
      return simulateAllReduce({ topology, size: '16 MB', splits: 4, algorithms: ['ring', 'halving-doubling'] }).timeNs;
    });
    expect(best.simulatedNs).toBeLessThan(Math.min(...all) * 1.005);
  });

  test('limits of the dimensions hold, and the total stays', () => {
    const { best, loss, evaluations } = judgeAllocation({
      collectives: [{ collective: 'all-reduce', bytes: '10 MB', count: 2 }],
      dimensions: [
        { kind: 'ring', npus: 4, latency: 500, atMost: 75 },
        { kind: 'switch', npus: 8, latency: 1000 },
        { kind: 'switch', npus: 2, latency: 1000, atLeast: 4 },
      ],
      total: 100,
      maxEvaluations: 50,
    });
    expect(best.bytesPerNs.reduce((sum, bandwidth) => sum + bandwidth, 0)).toBeCloseTo(100, 9);
    expect(best.bytesPerNs[0]).toBeLessThanOrEqual(75);
    expect(best.bytesPerNs[2]).toBeGreaterThanOrEqual(4);
    expect(loss).toBeGreaterThanOrEqual(0);
    expect(evaluations).toBeLessThanOrEqual(50);
  });

  test('a dimension that nothing crosses', () => {
    const { best } = judgeAllocation({
      collectives: [{ collective: 'all-to-all', bytes: 40_000, sizes: [4, 1] }],
      dimensions: [
        { kind: 'switch', npus: 4, latency: 0 },
        { kind: 'ring', npus: 4, latency: 0 },
      ],
      total: 100,
    });
    expect(best.bytesPerNs).toEqual([100, 0]);
  });

  test.each(['switch', 'fully-connected'] as const)(
    'an all-to-all over one dimension of kind %s is as fast as the model says',
    (kind) => {
      const { ideal: found } = judgeAllocation({
        collectives: [{ collective: 'all-to-all', bytes: 80_000 }],
        dimensions: [{ kind, npus: 8, latency: 0 }],
        total: 70,
        simulation: { ...ideal, splits: 1 },
      });
      // 7/8 of the bytes at 70 bytes per ns.
      expect(found).toMatchObject({ modelNs: 1000, simulatedNs: 1000 });
    },
  );

  const fine: JudgeOptions = {
    collectives: [{ collective: 'all-reduce', bytes: 1e6 }],
    dimensions: [{ kind: 'ring', npus: 8, latency: 0 }],
    total: 1,
  };
  test.each<[string, object, string]>([
    ['no kind', { dimensions: [{ npus: 8, latency: 0 }] }, 'dimensions[0].kind'],
    ['no total', { total: undefined }, 'total'],
    ['a part of a dimension', { collectives: [{ ...fine.collectives[0], sizes: [4] }] }, 'collectives[0].sizes[0]'],
    ['half a byte', { collectives: [{ collective: 'all-reduce', bytes: 0.5 }] }, 'collectives[0].bytes'],
    ['an unknown setting', { simulation: { split: 3 } }, 'simulation.split'],
    ['an unknown key', { totl: 3 }, 'totl'],
    ['a limit that is none', { maxEvaluations: 0 }, 'maxEvaluations'],
  ])('%s is an error', (_, wrong, path) => {
    expect(pathsOf(() => judgeAllocation({ ...fine, ...wrong }))).toEqual([path]);
  });
});
