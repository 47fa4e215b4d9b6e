import type { PlanSpace } from '../../training/plan-space.js';
import type { TrainingOptions } from '../../training/training-options.js';
import { type SimulatedPlans, simulatePlans, spaceSize } from '../../training/tune-training.js';
import { Interrupted } from '../sweep/interrupt.js';
import { startThreads } from '../threads.js';

/** Plans to simulate. All of it can cross to another thread. */
export interface PlanJob {
  readonly options: TrainingOptions;
  readonly space: PlanSpace;
}

/** Plans that a worker is handed at a time; fewer, larger parts of a large space. */
const PLANS_AT_ONCE = 8;
const MOST_SHARDS = 4096;

export function simulateShard({ options, space }: PlanJob, shard: { readonly index: number; readonly of: number }) {
  return simulatePlans(options, space, { shard });
}

/**
 * Simulates all plans of a space with `count` threads, or in this one with 0. The result does not
 * depend on how many there are.
 * @param onDone - called with what became of the plans that are done, counted.
 * @throws Interrupted on an abort.
 */
export async function simulateAll(
  job: PlanJob,
  count: number,
  signal: AbortSignal,
  onDone: (counts: SimulatedPlans['counts']) => void,
): Promise<SimulatedPlans> {
  const of = Math.max(1, Math.min(MOST_SHARDS, Math.ceil(spaceSize(job.space) / PLANS_AT_ONCE)));
  const shards = Array.from({ length: of }, (_, index) => ({ index, of }));
  let done: SimulatedPlans['counts'] = { all: 0, invalid: 0, tooLarge: 0, simulated: 0 };
  const counted = (part: SimulatedPlans): SimulatedPlans => {
    done = sum(done, part.counts);
    onDone(done);
    return part;
  };
  const parts = await (count === 0
    ? inTurn(job, shards, signal, counted)
    : onThreads(job, shards, count, signal, counted));
  const invalidBy: Record<string, number> = {};
  for (const part of parts) {
    for (const [path, plans] of Object.entries(part.invalidBy)) invalidBy[path] = (invalidBy[path] ?? 0) + plans;
  }
  return { points: parts.flatMap(({ points }) => points), counts: done, invalidBy };
}

type Shards = readonly { readonly index: number; readonly of: number }[];

async function inTurn(
  job: PlanJob,
  shards: Shards,
  signal: AbortSignal,
  done: (part: SimulatedPlans) => SimulatedPlans,
): Promise<SimulatedPlans[]> {
  const parts: SimulatedPlans[] = [];
  for (const shard of shards) {
    await new Promise((resolve) => setImmediate(resolve));
    if (signal.aborted) throw new Interrupted();
    parts.push(done(simulateShard(job, shard)));
  }
  return parts;
}

async function onThreads(
  job: PlanJob,
  shards: Shards,
  count: number,
  signal: AbortSignal,
  done: (part: SimulatedPlans) => SimulatedPlans,
): Promise<SimulatedPlans[]> {
  const threads = startThreads('plan-worker.js', job, count);
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
    tooLarge: a.tooLarge + b.tooLarge,
    simulated: a.simulated + b.simulated,
  };
}
