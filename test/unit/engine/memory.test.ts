import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/base/errors.js';
import {
  type CollectiveSpec,
  SimulationError,
  simulateCollective,
  simulateCollectiveAsync,
} from '../../../src/index.js';
import { MEMORY_BYTES } from '../../../src/plan/memory.js';

const base: CollectiveSpec = { collective: 'all-reduce', topology: 'ring(4, 50 GB/s, 500 ns)', size: '1 GB' };

/** Asked and refused: nothing is allocated meanwhile, or it would take far longer. */
function refusal(spec: CollectiveSpec): string {
  const began = performance.now();
  try {
    simulateCollective({ ...spec, maxEvents: 1 });
  } catch (error) {
    expect(performance.now() - began).toBeLessThan(20_000);
    return (error as Error).message;
  }
  return '';
}

describe('what does not fit into memory is refused first', () => {
  test('the budget leaves a fifth of what Node gives a process', () => {
    // 4,345 MB on 64 bits.
    expect(MEMORY_BYTES).toBeLessThan(0.85 * 4.345e9);
  });

  test.each<[string, Partial<CollectiveSpec>]>([
    // 2^23 chunks of 3 phases, each 205 bytes: 5.2 GB.
    ['phases', { topology: 'ring(4, 50 GB/s, 500 ns) x ring(4, 50 GB/s, 500 ns)', splits: 2 ** 23 }],
    // 100,000 NPUs times 200 chunks, each 330 bytes: 6.6 GB.
    ['chunks on every NPU', { topology: 'ring(100000, 1 GB/s, 1 ns)', splits: 200, folding: 'off' }],
    // 2^13 NPUs, each with a link to each other: 3.4 GB.
    ['links', { topology: 'fully-connected(8400, 1 GB/s, 1 ns)', network: 'congestion-aware', folding: 'off' }],
    // Spans of 64 NPUs, 30,000 chunks each, twice 110 bytes beside the 330: 1 GB more than there is.
    ['a timeline', { topology: 'ring(250, 50 GB/s, 1 ns)', splits: 30_000, folding: 'off', timeline: true }],
  ])('%s', (_, part) => {
    expect(refusal({ ...base, ...part })).toMatch(
      /expected a simulation that takes at most 3.5 GB of memory, got some [\d.]+ GB/,
    );
  });

  test('and most of it is not', () => {
    for (const splits of [2 ** 16, 2 ** 20]) {
      expect(() => simulateCollective({ ...base, size: 2 ** 40, splits, maxEvents: 1 })).toThrow(SimulationError);
    }
    // A queue is made when it is used: 1,024 for each of 100,000 NPUs are none.
    const many = {
      ...base,
      topology: 'ring(100000, 1 GB/s, 1 ns)',
      queuesPerDimension: 1024,
      folding: 'off',
      splits: 1,
    } as const;
    expect(() => simulateCollective({ ...many, maxEvents: 1 })).toThrow(SimulationError);
  });
});

describe('planning', () => {
  const long = {
    ...base,
    topology: 'ring(4, 50 GB/s, 1 ns) x ring(4, 5 GB/s, 1 ns)',
    splits: 2 ** 21,
    interDimensionScheduling: 'themis',
  } as const;

  test('listens to the signal, and lets timers have their turn', async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 50);
    const began = performance.now();
    await expect(simulateCollectiveAsync({ ...long, signal: abort.signal })).rejects.toThrow(/aborted at 0 ns/);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  test('reports progress before the first event, and ends when that throws', () => {
    const seen: number[] = [];
    const stop = () =>
      simulateCollective({
        ...long,
        onProgress: ({ events }) => {
          seen.push(events);
          if (seen.length === 3) throw new ConfigError([]);
        },
      });
    expect(stop).toThrow(ConfigError);
    expect(seen).toEqual([0, 0, 0]);
  });

  test('of direct between 2^22 ranks takes the closed form, not a message for each', () => {
    const began = performance.now();
    // 2 e + d + r each way: half a ring of 2^21 hops is 2^21 * 500 ns.
    const spec = { ...base, topology: `ring(${2 ** 22}, 50 GB/s, 500 ns)`, algorithms: 'direct', splits: 1 } as const;
    const { timeNs } = simulateCollective(spec);
    expect(timeNs).toBeGreaterThan(2 * 2 ** 21 * 500);
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});
