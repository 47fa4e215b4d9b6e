import { type EngineRun, playJob } from './engine/run.js';
import { type ResolvedCollective, resolveCollective } from './plan/resolve.js';
import type { CollectiveResult } from './report/result.js';
import { makeReport } from './report/result-of.js';
import type { CollectiveOptions, CollectiveSpec } from './spec/spec.js';

/**
 * Simulates one collective on every NPU of a network, all starting at time 0.
 *
 * @example
 * const { timeNs } = simulateCollective({
 *   collective: 'all-gather',
 *   topology: 'switch(8, 400 GB/s, 1 us)',
 *   size: '1 MiB',
 * });
 * @throws ConfigError with every problem of the spec at once.
 * @throws SimulationError on a deadlock, an abort or a used-up event budget, and when the time exceeds 2^53 ns (104 days), beyond which ns are not exact.
 */
export function simulateCollective(spec: CollectiveSpec): CollectiveResult {
  const resolved = resolveCollective(spec);
  const playing = play(resolved);
  let step = playing.next();
  while (!step.done) step = playing.next();
  return makeReport(resolved, step.value);
}

/**
 * {@link simulateCollective} for long runs: lets timers, the user interface and the abort
 * signal have their turn every 65,536 events.
 */
export async function simulateCollectiveAsync(spec: CollectiveSpec): Promise<CollectiveResult> {
  const resolved = resolveCollective(spec);
  const playing = play(resolved);
  let step = playing.next();
  while (!step.done) {
    await new Promise((resolve) => setTimeout(resolve));
    step = playing.next();
  }
  return makeReport(resolved, step.value);
}

function play({ job, engine, limits, timeline }: ResolvedCollective): Generator<void, EngineRun> {
  return playJob(job, engine, limits, timeline);
}

/**
 * Simulates an all-reduce: every NPU ends with the reduction of all buffers of `size` bytes.
 *
 * @example
 * const { timeNs, busbwGBps } = simulateAllReduce({
 *   topology: 'ring(8, 600 GiB/s, 500 ns) x ring(2, 75 GiB/s, 2 us)',
 *   size: '100 MiB',
 * });
 * @throws ConfigError, SimulationError: see {@link simulateCollective}.
 */
export function simulateAllReduce(options: CollectiveOptions): CollectiveResult {
  return simulateCollective({ ...options, collective: 'all-reduce' });
}

/**
 * Simulates an all-gather: every NPU enters with `size` bytes and ends with those of all.
 * @throws ConfigError, SimulationError: see {@link simulateCollective}.
 */
export function simulateAllGather(options: CollectiveOptions): CollectiveResult {
  return simulateCollective({ ...options, collective: 'all-gather' });
}

/**
 * Simulates a reduce-scatter: every NPU enters with `size` bytes and ends with its reduced share.
 * @throws ConfigError, SimulationError: see {@link simulateCollective}.
 */
export function simulateReduceScatter(options: CollectiveOptions): CollectiveResult {
  return simulateCollective({ ...options, collective: 'reduce-scatter' });
}

/**
 * Simulates an all-to-all: every NPU enters with `size` bytes, an equal part for each other.
 * @throws ConfigError, SimulationError: see {@link simulateCollective}.
 */
export function simulateAllToAll(options: CollectiveOptions): CollectiveResult {
  return simulateCollective({ ...options, collective: 'all-to-all' });
}
