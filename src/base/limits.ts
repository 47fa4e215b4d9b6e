import * as v from 'valibot';
import { SimulationError } from './errors.js';
import { whole } from './validate.js';

/** Progress of a run. */
export interface Progress {
  /** Simulated time, ns. */
  readonly timeNs: number;
  readonly events: number;
  /** Completed share of the work on all simulated NPUs, 0 to 1. */
  readonly finished: number;
}

/** Options to watch and stop a long run. */
export interface LimitOptions {
  /** Most events of the run; more are a SimulationError. Default: no limit. */
  readonly maxEvents?: number;
  /** Aborts the run with a SimulationError; checked every 65,536 events. */
  readonly signal?: AbortSignal;
  /** Called with the progress of a long run, every 65,536 events. */
  readonly onProgress?: (progress: Progress) => void;
}

/** {@link LimitOptions} with every default filled in. */
export interface RunLimits {
  readonly maxEvents: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/** The entries of a schema that takes limits. */
export const limitEntries = {
  maxEvents: v.optional(whole(1, Number.MAX_SAFE_INTEGER)),
  signal: v.optional(v.custom<AbortSignal>((value) => value instanceof AbortSignal, 'an AbortSignal')),
  onProgress: v.optional(v.custom<(progress: Progress) => void>((value) => typeof value === 'function', 'a function')),
};

export function limitsOf({
  maxEvents = Number.POSITIVE_INFINITY,
  signal,
  onProgress,
}: {
  readonly maxEvents?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}): RunLimits {
  return { maxEvents, signal, onProgress };
}

/** Reports progress and stops a run that has hit a limit. */
export function watch({ onProgress, signal, maxEvents }: RunLimits, progress: Progress): void {
  const { timeNs, events } = progress;
  onProgress?.(progress);
  if (signal?.aborted) throw new SimulationError(`aborted at ${timeNs} ns`, timeNs);
  if (events < maxEvents) return;
  throw new SimulationError(`stopped at ${timeNs} ns: the budget of ${maxEvents} events is used up`, timeNs);
}
