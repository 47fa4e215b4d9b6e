import { InvariantError, SimulationError } from '../base/errors.js';
import type { Phase } from '../plan/phases.js';
import type { EngineChoice, EngineName } from './choice.js';
import { type Folding, firstOf, spread } from './folding.js';
import type { CollectiveJob, PhaseSpan } from './job.js';
import { CollectiveRun } from './message/collective-run.js';
import type { LinkReport } from './message/link-network.js';
import type { MessageEngine } from './message/message-engine.js';
import { describeStuck, stuckChunks } from './message/stuck.js';
import { runPhases } from './phase/phase-engine.js';

/** How far a run is. */
export interface Progress {
  /** Simulated time, ns. */
  readonly timeNs: number;
  readonly events: number;
  /** Share of all chunks on all simulated NPUs that have finished, 0 to 1. */
  readonly finished: number;
}

/** What may end a run early, and who watches it. */
export interface RunLimits {
  readonly maxEvents: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/** What a run found out, whichever engine made it. */
export interface EngineRun {
  readonly engine: EngineName;
  /** When each NPU has finished, ns: one number when all finish together, else one per NPU. */
  readonly finishNs: number | readonly number[];
  readonly events: number;
  /** Messages that were simulated; none by the phase engine. */
  readonly messages: number;
  /** Per logical dimension: time during which at least one phase ran in it, ns. */
  readonly busyNs: readonly number[];
  /** The longest that each distinct phase took, ns. */
  readonly durations: ReadonlyMap<Phase, number>;
  readonly spans: readonly PhaseSpan[];
  /** What each link did; only in the congestion-aware network. */
  readonly links: readonly LinkReport[] | undefined;
}

/** Events between two looks at the limits. */
const SLICE = 65_536;

/** Plays a job; yields now and then, so that the caller can let others work. */
export function* playJob(
  job: CollectiveJob,
  choice: EngineChoice,
  limits: RunLimits,
  timeline: boolean,
): Generator<void, EngineRun> {
  if (choice.name === 'phase') {
    const run = runPhases(job, { timeline });
    return { engine: 'phase', messages: 0, links: undefined, ...run };
  }
  const run = new CollectiveRun(job, choice.folding, timeline);
  const { engine } = run;
  while (!engine.run(Math.min(SLICE, limits.maxEvents - engine.events))) {
    watch(engine, limits, run.progress);
    yield;
  }
  if (!run.isFinished) throw deadlock(engine, choice.folding);
  checkConserved(engine);
  return {
    engine: 'message',
    finishNs: spread(choice.folding, run.finishNs, job.dimensions),
    events: engine.events,
    messages: engine.messages,
    busyNs: engine.busyNs,
    durations: engine.durations,
    spans: engine.spans.map((span) => ({ ...span, npu: firstOf(choice.folding, span.npu, job.dimensions) })),
    links: engine.links?.reports(),
  };
}

/** Tells of the progress, and ends a run that has reached its limits. */
export function watch(engine: MessageEngine, { onProgress, signal, maxEvents }: RunLimits, finished: number): void {
  const { now, events } = engine;
  onProgress?.({ timeNs: now, events, finished });
  if (signal?.aborted) throw new SimulationError(`aborted at ${now} ns`, now);
  if (events < maxEvents) return;
  throw new SimulationError(`stopped at ${now} ns: the budget of ${maxEvents} events is used up`, now);
}

function deadlock(engine: MessageEngine, folding: Folding): SimulationError {
  const { dimensions } = engine.machine;
  const stuck = stuckChunks(engine).map((chunk) => ({ ...chunk, npu: firstOf(folding, chunk.npu, dimensions) }));
  const message = `deadlock at ${engine.now} ns: ${stuck.length} chunks wait for each other\n${describeStuck(stuck)}`;
  return new SimulationError(message, engine.now, stuck);
}

/** At the end no message is under way or unclaimed, and every link is idle. */
export function checkConserved(engine: MessageEngine): void {
  if (engine.messagesUnderWay !== 0) throw new InvariantError(`${engine.messagesUnderWay} messages were lost`);
  if (engine.lanes.some(({ early }) => early !== undefined && early.size > 0)) {
    throw new InvariantError('a message was never received');
  }
  if (engine.links?.isQuiet() === false) throw new InvariantError('a link is busy after the end');
}
