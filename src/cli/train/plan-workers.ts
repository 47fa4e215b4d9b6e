import type { PlanSpace } from '../../training/plan-space.js';
import { spaceSize } from '../../training/plans-of.js';
import type { TrainingOptions } from '../../training/training-options.js';
import { type SimulatedPlans, simulatePlans } from '../../training/tune-training.js';
import { Interrupted } from '../sweep/interrupt.js';
import { startThreads } from '../threads.js';

/** Plans to simulate; can be sent to another thread. */
export interface PlanJob {
  readonly options: TrainingOptions;
  readonly space: PlanSpace;
}

/** Plans that a worker gets at a time; a large space has fewer, larger parts. */
const PLANS_AT_ONCE = 8;
const MOST_SHARDS = 4096;

/** A part of the points of a job. */
export interface Shard {
  readonly job: number;
  readonly index: number;
  readonly of: number;
}

export function simulateShard(jobs: readonly PlanJob[], { job, index, of }: Shard): SimulatedPlans {
  const { options, space } = jobs[job] as PlanJob;
  return simulatePlans(options, space, { shard: { index, of } });
}

const NONE: SimulatedPlans['counts'] = { all: 0, invalid: 0, identical: 0, tooLarge: 0, simulated: 0 };

/**
 * Simulates all plans of some spaces with `count` threads, or in this one with 0. The result does
 * not depend on `count`.
 * @param onDone - called with the counted outcomes of finished plans.
 * @throws Interrupted on an abort.
 */
export async function simulateAll(
  jobs: readonly PlanJob[],
  count: number,
  signal: AbortSignal,
  onDone: (counts: SimulatedPlans['counts']) => void,
): Promise<SimulatedPlans[]> {
  const shards = jobs.flatMap(({ space }, job): Shard[] => {
    const of = Math.max(1, Math.min(MOST_SHARDS, Math.ceil(spaceSize(space) / PLANS_AT_ONCE)));
    return Array.from({ length: of }, (_, index) => ({ job, index, of }));
  });
  let done = NONE;
  const counted = (part: SimulatedPlans): SimulatedPlans => {
    done = sum(done, part.counts);
    onDone(done);
    return part;
  };
  const parts = await (count === 0
    ? inTurn(jobs, shards, signal, counted)
    : onThreads(jobs, shards, count, signal, counted));
  return jobs.map((_, job) => together(parts.filter((_, i) => shards[i]?.job === job)));
}

function together(parts: readonly SimulatedPlans[]): SimulatedPlans {
  const invalidBy: Record<string, number> = {};
  for (const part of parts) {
    for (const [path, plans] of Object.entries(part.invalidBy)) invalidBy[path] = (invalidBy[path] ?? 0) + plans;
  }
  const counts = parts.reduce((all, part) => sum(all, part.counts), NONE);
  return { points: parts.flatMap(({ points }) => points), counts, invalidBy };
}

async function inTurn(
  jobs: readonly PlanJob[],
  shards: readonly Shard[],
  signal: AbortSignal,
  done: (part: SimulatedPlans) => SimulatedPlans,
): Promise<SimulatedPlans[]> {
  const parts: SimulatedPlans[] = [];
  for (const shard of shards) {
    await new Promise((resolve) => setImmediate(resolve));
    if (signal.aborted) throw new Interrupted();
    parts.push(done(simulateShard(jobs, shard)));
  }
  return parts;
}

async function onThreads(
  jobs: readonly PlanJob[],
  shards: readonly Shard[],
  count: number,
  signal: AbortSignal,
  done: (part: SimulatedPlans) => SimulatedPlans,
): Promise<SimulatedPlans[]> {
  const threads = startThreads('plan-worker.js', jobs, count);
  const stop = () => void threads.end();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.all(shards.map(async (shard) => done((await threads.ask(shard)) as SimulatedPlans)));
  } catch (error) {
    throw signal.aborted ? new Interrupted() : error;
  } finally {
    signal.removeEventListener('abort', stop);
    await threads.end();
  }
}

function sum(a: SimulatedPlans['counts'], b: SimulatedPlans['counts']): SimulatedPlans['counts'] {
  return {
    all: a.all + b.all,
    invalid: a.invalid + b.invalid,
    identical: a.identical + b.identical,
    tooLarge: a.tooLarge + b.tooLarge,
    simulated: a.simulated + b.simulated,
  };
}
