import { describe, expect, test } from 'vitest';
import type { Progress } from '../../../src/base/limits.js';
import {
  type CollectiveOptions,
  ConfigError,
  SimulationError,
  simulateAllReduce,
  simulateCollectiveAsync,
} from '../../../src/index.js';

const long: CollectiveOptions = {
  topology: [{ kind: 'switch', npus: 64, bandwidth: 10, latency: 50 }],
  size: 2 ** 20,
  network: 'congestion-aware',
  folding: 'off',
};

/**
 * Trees below the top of local-bw-aware: chunks queue in a different order on each rank and
 * wait for each other (docs/model.md, section 10). The reference runs for ever.
 */
const deadlock: CollectiveOptions = {
  topology: 'switch(2, 600 GiB/s, 0 ns) x switch(4, 37.5 GiB/s, 936.25 ns) x fully-connected(3, 12.5 GiB/s, 10 ns)',
  size: '10 MiB',
  splits: 16,
  algorithms: ['double-binary-tree', 'double-binary-tree', 'direct:1'],
  localMemoryBandwidth: 50,
};

function errorOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}

describe('a run that cannot or shall not go on', () => {
  test('an event budget ends it', () => {
    const error = errorOf(() => simulateAllReduce({ ...long, maxEvents: 1000 }));
    expect(error).toBeInstanceOf(SimulationError);
    expect((error as SimulationError).message).toMatch(/budget of 1000 events/);
  });

  test('tells of its progress, and can be aborted from there', () => {
    const seen: Progress[] = [];
    const controller = new AbortController();
    const onProgress = (progress: Progress) => {
      seen.push(progress);
      if (seen.length === 2) controller.abort();
    };
    const error = errorOf(() => simulateAllReduce({ ...long, onProgress, signal: controller.signal }));
    expect(error).toBeInstanceOf(SimulationError);
    expect(seen).toHaveLength(2);
    expect(seen.map(({ events }) => events)).toEqual([65_536, 131_072]);
    expect(seen.every(({ finished }) => finished >= 0 && finished < 1)).toBe(true);
  });

  test('an asynchronous run gives timers their turn, and the same answer', async () => {
    const options = { ...long, collective: 'all-reduce' } as const;
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const result = await simulateCollectiveAsync(options);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
    expect(result).toEqual(simulateAllReduce(long));
    const signal = AbortSignal.timeout(1);
    await expect(simulateCollectiveAsync({ ...options, signal })).rejects.toThrow(SimulationError);
  });

  test('a deadlock names the chunks and what they wait for', () => {
    const error = errorOf(() => simulateAllReduce(deadlock)) as SimulationError;
    expect(error).toBeInstanceOf(SimulationError);
    expect(error.message).toMatch(/^deadlock at \d+ ns: \d+ chunks wait for each other/);
    expect(error.stuck.length).toBeGreaterThan(0);
    expect(new Set(error.stuck.map(({ waitsFor }) => waitsFor))).toEqual(new Set(['message', 'room']));
    expect(error.timeNs).toBeGreaterThan(0);
  });
});

describe('the choice of engine', () => {
  const alike: CollectiveOptions = { topology: 'ring(8, 1, 1)', size: 1000 };

  test('is named with its reason', () => {
    expect(simulateAllReduce(alike).engine).toMatchObject({ name: 'phase', messages: 0 });
    expect(simulateAllReduce({ ...alike, engine: 'message' }).engine).toMatchObject({ name: 'message' });
    expect(simulateAllReduce({ ...alike, network: 'congestion-aware' }).engine.reason).toMatch(
      /contend.*one NPU stands for all/,
    );
    expect(simulateAllReduce({ ...alike, algorithms: 'double-binary-tree' }).engine.reason).toMatch(/tree/);
  });

  test.each<[string, Partial<CollectiveOptions>]>([
    ['contention', { network: 'congestion-aware' }],
    ['trees', { algorithms: 'double-binary-tree' }],
    ['start times', { startTimes: [0, 1, 2, 3, 4, 5, 6, 7] }],
  ])('the phase engine is refused with %s', (_, fields) => {
    const error = errorOf(() => simulateAllReduce({ ...alike, ...fields, engine: 'phase' }));
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).issues[0]?.path).toBe('engine');
  });

  test('what cannot be simulated NPU by NPU is refused before memory runs out', () => {
    const huge = {
      topology: 'ring(100000, 1, 1) x ring(100000, 1, 1)',
      size: 2 ** 40,
      network: 'congestion-aware',
      folding: 'off',
    } as const;
    expect(errorOf(() => simulateAllReduce(huge))).toBeInstanceOf(ConfigError);
  });
});

test('a signal need not wait for the history of a long phase that ends with another', async () => {
  // Of two rings in proportion, phases end together, and their histories of 1.6 million events are played.
  const spec = {
    collective: 'all-reduce',
    topology: 'ring(262144, 50 GB/s, 500 ns) x ring(4, 50 GB/s, 500 ns)',
    size: 2 ** 23,
    splits: 8,
    activeChunks: 2,
    interDimensionScheduling: 'themis',
  } as const;
  // Progress is first heard of between two slices of a history: the phases that end before are few.
  const controller = new AbortController();
  const seen: Progress[] = [];
  const onProgress = (progress: Progress) => {
    seen.push(progress);
    if (seen.length === 3) controller.abort();
  };
  await expect(simulateCollectiveAsync({ ...spec, onProgress, signal: controller.signal })).rejects.toThrow(/^aborted/);
  expect(seen).toHaveLength(3);
  expect(seen.every(({ events }) => events < 16)).toBe(true);
});

test('two rings in step, with many chunks: what was found out about pairs of phases is not found out again', () => {
  const options = (splits: number): CollectiveOptions => ({
    topology: 'ring(4, 50 GB/s, 500 ns) x ring(4, 50 GB/s, 500 ns)',
    size: 2 ** 30,
    splits,
    activeChunks: 4,
    interDimensionScheduling: 'round-robin',
  });
  const took = (splits: number) => {
    const began = performance.now();
    simulateAllReduce(options(splits));
    return performance.now() - began;
  };
  took(2000);
  // Ten times the chunks: ten times the time, not a hundred times.
  expect(took(40_000)).toBeLessThan(50 * Math.max(20, took(4000)));
});
