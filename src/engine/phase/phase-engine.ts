import { InvariantError } from '../../base/errors.js';
import { type RunLimits, watch } from '../../base/limits.js';
import { preparing, SLICE } from '../../base/slices.js';
import type { CollectiveJob } from '../../plan/job.js';
import type { Phase } from '../../plan/phases.js';
import { StreamScheduler, windowPerQueue } from '../../scheduler/stream-scheduler.js';
import { placement } from '../../scheduler/waiting-order.js';
import { EventQueue } from '../event-queue.js';
import { dealQueues, type Itinerary, queuedPhase } from '../message/itinerary.js';
import type { PhaseSpan } from '../span.js';
import { contestedQueues } from './contested-queues.js';
import { EndOrder, type PhaseRunning } from './end-order.js';
import { timingPhase } from './phase-duration.js';

const NONE: ReadonlySet<number> = new Set();

export interface PhaseRun {
  /** When the collective finishes, on every NPU, ns. */
  readonly finishNs: number;
  /** Ended phases: one event each. */
  readonly events: number;
  /** Per logical dimension: time during which at least one phase ran in it, ns. */
  readonly busyNs: readonly number[];
  /** Every phase of every chunk in order of start; empty unless asked for. */
  readonly spans: readonly PhaseSpan[];
  /** Duration of each distinct phase, ns. */
  readonly durations: ReadonlyMap<Phase, number>;
}

/**
 * Runs a collective in the congestion-unaware network when all NPUs do the same: a queueing
 * network of chunks and phases with one event per phase end, for any number of NPUs.
 */
export function* playPhases(job: CollectiveJob, limits: RunLimits, timeline: boolean): Generator<void, PhaseRun> {
  const itinerary = compact(dealQueues(job));
  const { first, phases, queues, anticlockwise } = itinerary;
  // Equal chunks share one list of phases.
  const distinct = new Set([...new Set(job.chunks)].flat());
  const durations = new Map<Phase, number>();
  for (const phase of distinct) durations.set(phase, yield* preparing(timingPhase(phase, job.endpoint), limits));
  const busy = job.dimensions.map(() => ({ running: 0, since: 0, total: 0 }));
  const events = new EventQueue();
  const endOrder = new EndOrder(job.endpoint);
  const runs = endOrder.log;
  /** Per chunk: the phase it waits for or runs, as an index into `phases`. */
  const at = first.slice(0, -1);
  let ended = 0;
  let ending: PhaseRunning | undefined;
  /** Queues that phases leave or enter in this tick in an order that differs from NPU to NPU. */
  let contested: ReadonlySet<number> = NONE;
  /** The chunk's next queue; undefined after its last phase. */
  const next = (chunk: number) => {
    const step = at[chunk] as number;
    return step + 1 === first[chunk + 1] ? undefined : (queues[step + 1] as number);
  };

  const progress = () => ({ timeNs: events.now, events: ended, finished: ended / phases.length });

  const onStart = (chunk: number) => {
    const step = at[chunk] as number;
    const phase = phases[step] as Phase;
    const startNs = events.now;
    const endNs = startNs + (durations.get(phase) as number);
    const queue = queues[step] as number;
    const run: PhaseRunning = {
      start: runs.length,
      startNs,
      endNs,
      chunk,
      phase,
      direction: anticlockwise[step] === 1 ? -1 : 1,
      queue,
      cause: ending,
      ambiguous: contested.has(queue),
    };
    endOrder.started(run);
    events.schedule(endNs, run.start);
    const use = busy[phase.dimension.index] as (typeof busy)[number];
    if (use.running++ === 0) use.since = startNs;
  };
  const scheduler = new StreamScheduler({
    window: windowPerQueue(job.activeChunks, job.queuesPerDimension),
    // All chunks of one collective share its priority.
    place: placement(
      job.waitingOrder,
      (chunk) => queuedPhase(itinerary, chunk, at[chunk] as number),
      () => false,
    ),
    onStart,
  });
  const end = (run: PhaseRunning) => {
    const { chunk, phase, queue } = run;
    const step = at[chunk] as number;
    const use = busy[phase.dimension.index] as (typeof busy)[number];
    if (--use.running === 0) use.total += events.now - use.since;
    ended++;
    ending = run;
    if (step + 1 === first[chunk + 1]) {
      scheduler.leave(queue);
    } else {
      at[chunk] = step + 1;
      scheduler.move(chunk, queue, queues[step + 1] as number);
    }
  };

  for (let chunk = 0; chunk < job.chunks.length; chunk++) {
    scheduler.enter(chunk, queues[at[chunk] as number] as number);
    if ((chunk + 1) % SLICE === 0) yield;
  }
  let pause = Math.min(SLICE, limits.maxEvents);
  for (let event = events.take(); event !== undefined; event = events.take()) {
    if (ended >= pause) {
      watch(limits, progress());
      yield;
      pause = Math.min(ended + SLICE, limits.maxEvents);
    }
    const ends = [runs[event] as PhaseRunning];
    while (events.hasMoreNow()) ends.push(runs[events.take() as number] as PhaseRunning);
    if (ends.length === 1) {
      end(ends[0] as PhaseRunning);
      continue;
    }
    const deciding = endOrder.deciding(() => {
      const sorted = endOrder.sorted(ends);
      return { sorted, contested: contestedQueues(sorted, next, endOrder, job.waitingOrder === undefined) };
    });
    const order = yield* preparing(deciding, limits, progress());
    contested = order.contested;
    for (const run of order.sorted) end(run);
    contested = NONE;
  }
  if (ended !== phases.length) throw new InvariantError('a chunk never reached its end');
  const spans = timeline ? toSpans(runs, first, queues, job.queuesPerDimension) : [];
  return { finishNs: events.now, events: ended, busyNs: busy.map(({ total }) => total), spans, durations };
}

/** Copies it into typed arrays, a quarter of the size: there may be millions of phases. */
function compact({ first, phases, queues, anticlockwise }: Itinerary) {
  return {
    phases,
    first: Int32Array.from(first),
    queues: Int32Array.from(queues),
    anticlockwise: Uint8Array.from(anticlockwise, Number),
  };
}

function toSpans(
  runs: readonly PhaseRunning[],
  first: Int32Array,
  queues: Int32Array,
  queuesPerDimension: number,
): PhaseSpan[] {
  const steps = new Int32Array(first.length);
  return runs.map(({ chunk, phase, startNs, endNs }) => {
    const step = steps[chunk] as number;
    steps[chunk] = step + 1;
    const { index } = phase.dimension;
    const queue = (queues[(first[chunk] as number) + step] as number) - index * queuesPerDimension;
    return { npu: 0, chunk, phase: step, collective: phase.collective, dimension: index, queue, startNs, endNs };
  });
}
