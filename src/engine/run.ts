import { InvariantError, SimulationError } from '../base/errors.js';
import { type RunLimits, watch } from '../base/limits.js';
import { SLICE } from '../base/slices.js';
import type { EngineName } from '../base/words.js';
import type { CollectiveJob } from '../plan/job.js';
import type { Phase } from '../plan/phases.js';
import { type EngineChoice, everyNpu } from './choice.js';
import { Divergence } from './divergence.js';
import { type Folding, firstOf, spread } from './folding.js';
import { CollectiveRun } from './message/collective-run.js';
import type { LinkStatistics } from './message/link-servers.js';
import type { MessageEngine } from './message/message-engine.js';
import type { MessageSpan } from './message/message-log.js';
import { describeStuck, stuckChunks } from './message/stuck.js';
import { playPhases } from './phase/phase-engine.js';
import type { CircuitSpan, PhaseSpan } from './span.js';

/** The outcome of a run of either engine. */
export interface EngineRun {
  readonly engine: EngineName;
  /** Why this engine ran. */
  readonly reason: string;
  /** When the last NPU has finished, ns. */
  readonly finishNs: number;
  /** When each NPU has finished, ns; undefined when all finish together. */
  readonly finishNsByNpu: readonly number[] | undefined;
  readonly events: number;
  /** Messages simulated; 0 in the phase engine. */
  readonly messages: number;
  /** Per logical dimension: time during which at least one phase ran in it, ns. */
  readonly busyNs: readonly number[];
  /** Longest duration of each distinct phase, ns. */
  readonly durations: ReadonlyMap<Phase, number>;
  readonly spans: readonly PhaseSpan[];
  /** Every change of a circuit in order; empty unless asked for. */
  readonly circuitSpans: readonly CircuitSpan[];
  /** Every message; empty unless asked for. */
  readonly messageSpans: readonly MessageSpan[];
  /** What each link did; only in the congestion-aware network. */
  readonly links: LinkStatistics | undefined;
}

/**
 * Plays a job; yields now and then so that the caller can let others work. If a folded run finds
 * that NPUs may diverge, it starts over with every NPU.
 */
export function* playJob(
  job: CollectiveJob,
  choice: EngineChoice,
  limits: RunLimits,
  timeline: boolean,
  messageTimeline = false,
): Generator<void, EngineRun> {
  try {
    return yield* playChoice(job, choice, limits, timeline, messageTimeline);
  } catch (error) {
    if (!(error instanceof Divergence)) throw error;
    return yield* playChoice(job, everyNpu(job, error, timeline), limits, timeline);
  }
}

function* playChoice(
  job: CollectiveJob,
  choice: EngineChoice,
  limits: RunLimits,
  timeline: boolean,
  messageTimeline = false,
): Generator<void, EngineRun> {
  if (choice.name === 'phase') {
    const run = yield* playPhases(job, limits, timeline);
    const none = { messages: 0, messageSpans: [], links: undefined, finishNsByNpu: undefined, circuitSpans: [] };
    return { engine: 'phase', reason: choice.reason, ...none, ...run };
  }
  const run = new CollectiveRun(job, choice.folding, timeline, messageTimeline);
  const { engine } = run;
  yield* playMessages(engine, limits, () => run.progress);
  if (!run.isFinished) throw deadlock(engine, choice.folding);
  checkConserved(engine);
  return {
    engine: 'message',
    reason: choice.reason,
    ...finishOf(spread(choice.folding, run.finishNs, job.dimensions)),
    events: engine.events,
    messages: engine.messages,
    busyNs: engine.busyNs,
    durations: engine.durations,
    spans: engine.spans.map((span) => ({ ...span, npu: firstOf(choice.folding, span.npu, job.dimensions) })),
    circuitSpans: engine.circuitSpans,
    messageSpans: engine.messageSpans,
    links: engine.links,
  };
}

/** Runs the message engine to its end or to a limit, slice by slice. */
export function* playMessages(engine: MessageEngine, limits: RunLimits, finished: () => number): Generator<void, void> {
  while (!engine.run(Math.min(SLICE, limits.maxEvents - engine.events))) {
    watch(limits, { timeNs: engine.now, events: engine.events, finished: finished() });
    yield;
  }
}

/** Finish time of the last NPU, and of each NPU if they differ. */
export function finishOf(finish: number | readonly number[]): Pick<EngineRun, 'finishNs' | 'finishNsByNpu'> {
  if (typeof finish === 'number') return { finishNs: finish, finishNsByNpu: undefined };
  return { finishNs: finish.reduce((latest, ns) => Math.max(latest, ns), 0), finishNsByNpu: finish };
}

function deadlock(engine: MessageEngine, folding: Folding): SimulationError {
  const { dimensions } = engine.machine;
  const stuck = stuckChunks(engine).map((chunk) => ({ ...chunk, npu: firstOf(folding, chunk.npu, dimensions) }));
  const message = `deadlock at ${engine.now} ns: ${stuck.length} chunks wait for each other\n${describeStuck(stuck)}`;
  return new SimulationError(message, engine.now, stuck);
}

/** Checks that no message is in flight or unclaimed at the end and that every link is idle. */
export function checkConserved(engine: MessageEngine): void {
  if (engine.messagesUnderWay !== 0) throw new InvariantError(`${engine.messagesUnderWay} messages were lost`);
  if (engine.lanes.some(({ early }) => early !== undefined && !early.isEmpty)) {
    throw new InvariantError('a message was never received');
  }
  if (engine.links?.isQuiet() === false) throw new InvariantError('a link is busy after the end');
}
