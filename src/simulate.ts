import { limitsOf } from './base/limits.js';
import { drain, drainAsync, preparing } from './base/slices.js';
import { reading } from './base/validate.js';
import type { StepProgram } from './collectives/step-program.js';
import { chooseEngine, type EngineChoice } from './engine/choice.js';
import { playJob } from './engine/run.js';
import type { CollectiveJob } from './plan/job.js';
import { buildMachine } from './plan/machine.js';
import { planJob } from './plan/plan-job.js';
import type { CollectiveResult } from './report/result.js';
import { resultOf } from './report/result-of.js';
import { type CheckedCollective, checkCollective } from './spec/schema.js';
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
  return drain(simulating(spec));
}

/**
 * {@link simulateCollective} for long runs: lets timers, the user interface and the abort
 * signal have their turn every 65,536 events.
 */
export async function simulateCollectiveAsync(spec: CollectiveSpec): Promise<CollectiveResult> {
  return drainAsync(simulating(spec));
}

/** A spec on its way: checked, planned, and given an engine. */
export interface Prepared {
  readonly asked: CheckedCollective;
  readonly job: CollectiveJob;
  readonly choice: EngineChoice;
}

/**
 * The first half of the way down: check, machine, plan, engine.
 * @throws ConfigError with what is wrong with the spec.
 */
export function prepare(spec: CollectiveSpec): Prepared {
  return drain(preparation(spec));
}

/** {@link prepare} in slices, within the limits of the spec. */
export function* preparation(spec: CollectiveSpec): Generator<void, Prepared> {
  const asked = checkCollective(spec);
  const limits = limitsOf(asked);
  const job = yield* preparing(planJob(asked, buildMachine(asked)), limits);
  const choice = yield* preparing(chooseEngine(job, asked), limits);
  return { asked, job, choice };
}

/** The whole way down. Yields now and then. */
export function* simulating(spec: CollectiveSpec): Generator<void, CollectiveResult> {
  return yield* playing(yield* preparation(spec));
}

function* playing({ asked, job, choice }: Prepared): Generator<void, CollectiveResult> {
  const run = yield* playJob(job, choice, limitsOf(asked), asked.timeline, asked.messageTimeline);
  return resultOf({ asked, job, run });
}

/**
 * A given program in both network models: planned, and so verified, once, because the plan of a program
 * does not depend on the model.
 * @throws ConfigError, SimulationError: see {@link simulateCollective}.
 */
export function simulateProgram(
  spec: CollectiveSpec & { readonly program: StepProgram },
): Readonly<Record<'aware' | 'unaware', CollectiveResult>> {
  const aware = prepare({ ...spec, network: 'congestion-aware' });
  const network = 'congestion-unaware' as const;
  const asked = { ...aware.asked, network };
  const job = { ...aware.job, network };
  const unaware = { asked, job, choice: drain(preparing(chooseEngine(job, asked), limitsOf(asked))) };
  return { aware: drain(playing(aware)), unaware: drain(playing(unaware)) };
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
  return simulateCollective(reading(() => ({ ...options, collective: 'all-reduce' })));
}

/**
 * Simulates an all-gather: every NPU enters with `size` bytes and ends with those of all.
 * @throws ConfigError, SimulationError: see {@link simulateCollective}.
 */
export function simulateAllGather(options: CollectiveOptions): CollectiveResult {
  return simulateCollective(reading(() => ({ ...options, collective: 'all-gather' })));
}

/**
 * Simulates a reduce-scatter: every NPU enters with `size` bytes and ends with its reduced share.
 * @throws ConfigError, SimulationError: see {@link simulateCollective}.
 */
export function simulateReduceScatter(options: CollectiveOptions): CollectiveResult {
  return simulateCollective(reading(() => ({ ...options, collective: 'reduce-scatter' })));
}

/**
 * Simulates an all-to-all: every NPU enters with `size` bytes, an equal part for each other.
 * @throws ConfigError, SimulationError: see {@link simulateCollective}.
 */
export function simulateAllToAll(options: CollectiveOptions): CollectiveResult {
  return simulateCollective(reading(() => ({ ...options, collective: 'all-to-all' })));
}
