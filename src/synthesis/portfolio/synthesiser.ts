import type { LinkGraph } from '../../topology/link-graph.js';
import { checkIn, type SynthesisControls } from '../progress.js';
import type { TransferSchedule } from '../schedule.js';
import type { ScheduledCollective } from '../schedule-check.js';

/** What synthesisers found out about one graph, whatever the size: for the next time they are asked. */
export interface Findings {
  /** What is known by a name, or else what `find` gives. A name stands for one type. */
  of<T>(name: string, find: () => T): T;
}

export function noFindings(): Findings {
  const known = new Map<string, unknown>();
  return {
    of: <T>(name: string, find: () => T): T => {
      if (!known.has(name)) known.set(name, find());
      return known.get(name) as T;
    },
  };
}

/** What a synthesiser is asked for. */
export interface SynthesisWork {
  /** Size of the whole buffer, a whole number above 0. */
  readonly bytes: number;
  readonly seed: number;
  /** How much work to put in, in multiples of 1. */
  readonly effort: number;
  readonly controls: SynthesisControls;
  readonly findings: Findings;
}

/** A schedule, and the settings it came from, as the algorithm takes them. */
export interface FoundSchedule {
  readonly schedule: TransferSchedule;
  /** By replay in the order of the schedule, ns. */
  readonly finishNs: number;
  /** The same before links were given a better order, ns. */
  readonly firstFinishNs: number;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** One way to make schedules, over all settings worth a try. */
export interface Synthesiser {
  readonly name: string;
  /** Where it is published. */
  readonly source: string;
  /** NPUs up to which it is tried with effort 1: see {@link mostNpusFor}. Default: any number. */
  readonly mostNpus?: number;
  canMake(graph: LinkGraph, collective: ScheduledCollective): boolean;
  /** The best schedule found; undefined when the graph turns out not to allow any. */
  best(graph: LinkGraph, collective: ScheduledCollective, work: SynthesisWork): FoundSchedule | undefined;
}

/** NPUs up to which what takes a message for every pair of them is tried, with effort 1. */
export const MOST_NPUS = 141;

/** The NPUs up to which something is tried: the work grows with the pairs of them, or faster. */
export function mostNpusFor(
  { mostNpus = Number.POSITIVE_INFINITY }: Pick<Synthesiser, 'mostNpus'>,
  effort: number,
): number {
  return Math.floor(mostNpus * Math.sqrt(Math.max(effort, 1)));
}

/** The shortest of what settings give, if they give anything. */
export function bestOf<S, T extends { readonly finishNs: number }>(
  settings: readonly S[],
  controls: SynthesisControls,
  make: (setting: S) => T | undefined,
): T | undefined {
  let best: T | undefined;
  for (const [k, setting] of settings.entries()) {
    checkIn(controls, k / settings.length, best?.finishNs ?? 0);
    const found = make(setting);
    if (found !== undefined && (best === undefined || found.finishNs < best.finishNs)) best = found;
  }
  return best;
}
