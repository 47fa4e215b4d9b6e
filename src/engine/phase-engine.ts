import type { Phase } from '../collectives/plan.js';
import { InvariantError } from '../errors.js';
import { StreamScheduler, windowPerQueue } from '../scheduler/stream-scheduler.js';
import { EventQueue } from './event-queue.js';
import { dealQueues } from './itinerary.js';
import type { CollectiveJob, PhaseSpan } from './job.js';
import { phaseDuration } from './phase-duration.js';

export interface PhaseRun {
  /** When the collective has finished, on every NPU, ns. */
  readonly finishNs: number;
  /** Phases that ended: one event each. */
  readonly events: number;
  /** Per logical dimension: time during which at least one phase ran in it, ns. */
  readonly busyNs: readonly number[];
  /** Every phase of every chunk in order of start; empty unless asked for. */
  readonly spans: readonly PhaseSpan[];
  /** How long each distinct phase lasts, ns. */
  readonly durations: ReadonlyMap<Phase, number>;
}

/**
 * Runs a collective in the congestion-unaware network when all NPUs do the same: a queueing
 * network of chunks and phases with one event per phase end, whatever the number of NPUs.
 */
export function runPhases(job: CollectiveJob, options: { readonly timeline?: boolean } = {}): PhaseRun {
  const { first, phases, queues } = dealQueues(job);
  const durations = new Map(phases.map((phase) => [phase, Number.NaN]));
  for (const phase of durations.keys()) durations.set(phase, phaseDuration(phase, job.endpoint));
  const busy = job.dimensions.map(() => ({ running: 0, since: 0, total: 0 }));
  const spans: PhaseSpan[] = [];
  const events = new EventQueue();
  /** Per chunk: the phase that it waits for or runs, as an index into `phases`. */
  const at = first.slice(0, -1);
  let ended = 0;

  const onStart = (chunk: number, queue: number) => {
    const step = at[chunk] as number;
    const phase = phases[step] as Phase;
    const end = events.now + (durations.get(phase) as number);
    events.schedule(end, chunk);
    const dimension = phase.dimension.index;
    const use = busy[dimension] as (typeof busy)[number];
    if (use.running++ === 0) use.since = events.now;
    if (options.timeline) {
      spans.push({
        npu: 0,
        chunk,
        phase: step - (first[chunk] as number),
        collective: phase.collective,
        dimension,
        queue: queue - dimension * job.queuesPerDimension,
        startNs: events.now,
        endNs: end,
      });
    }
  };
  const scheduler = new StreamScheduler({
    queues: job.dimensions.length * job.queuesPerDimension,
    window: windowPerQueue(job.activeChunks, job.queuesPerDimension),
    // All chunks of one collective share its priority, so nobody overtakes.
    goesBefore: () => false,
    onStart,
  });

  for (let chunk = 0; chunk < job.chunks.length; chunk++) scheduler.enter(chunk, queues[at[chunk] as number] as number);
  for (let chunk = events.take(); chunk !== undefined; chunk = events.take()) {
    ended++;
    const step = at[chunk] as number;
    const use = busy[(phases[step] as Phase).dimension.index] as (typeof busy)[number];
    if (--use.running === 0) use.total += events.now - use.since;
    const queue = queues[step] as number;
    if (step + 1 === first[chunk + 1]) {
      scheduler.leave(queue);
    } else {
      at[chunk] = step + 1;
      scheduler.move(chunk, queue, queues[step + 1] as number);
    }
  }
  if (ended !== phases.length) throw new InvariantError('a chunk never reached its end');
  return { finishNs: events.now, events: ended, busyNs: busy.map(({ total }) => total), spans, durations };
}
