import type { Phase } from '../collectives/plan.js';
import { InvariantError, SimulationError } from '../errors.js';
import type { EngineChoice, EngineName } from './choice.js';
import { spread } from './folding.js';
import type { CollectiveJob, PhaseSpan } from './job.js';
import type { LinkReport } from './link-network.js';
import { MessageEngine } from './message-engine.js';
import { runPhases } from './phase-engine.js';
import { describeStuck, stuckChunks } from './stuck.js';

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
  const { dimensions, network, startTimes } = job;
  const engine = new MessageEngine(job, {
    folding: choice.folding,
    congestion: network === 'congestion-aware',
    timeline,
    ...(startTimes === undefined ? {} : { startTimes }),
  });
  const chunks = engine.unfinished;
  while (!engine.run(Math.min(SLICE, limits.maxEvents - engine.events))) {
    limits.onProgress?.({ timeNs: engine.now, events: engine.events, finished: 1 - engine.unfinished / chunks });
    if (limits.signal?.aborted) throw new SimulationError(`aborted at ${engine.now} ns`, engine.now);
    if (engine.events >= limits.maxEvents) {
      throw new SimulationError(
        `stopped at ${engine.now} ns: the budget of ${limits.maxEvents} events is used up`,
        engine.now,
      );
    }
    yield;
  }
  if (engine.unfinished > 0) {
    const stuck = stuckChunks(engine);
    const message = `deadlock at ${engine.now} ns: ${stuck.length} chunks wait for each other\n${describeStuck(stuck)}`;
    throw new SimulationError(message, engine.now, stuck);
  }
  checkConserved(engine);
  return {
    engine: 'message',
    finishNs: spread(choice.folding, engine.finishNs, dimensions),
    events: engine.events,
    messages: engine.messages,
    busyNs: engine.busyNs,
    durations: engine.durations,
    spans: engine.spans,
    links: engine.links?.reports(),
  };
}

/** At the end no message is under way or unclaimed, and every link is idle. */
function checkConserved(engine: MessageEngine): void {
  if (engine.messagesUnderWay !== 0) throw new InvariantError(`${engine.messagesUnderWay} messages were lost`);
  if (engine.actors.some(({ early }) => early !== undefined && early.size > 0)) {
    throw new InvariantError('a message was never received');
  }
  if (engine.links?.isQuiet() === false) throw new InvariantError('a link is busy after the end');
}
