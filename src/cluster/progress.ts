import * as v from 'valibot';
import { SimulationError } from '../base/errors.js';

/** How far a search is that asks for one candidate after another. */
export interface SearchProgress {
  /** Candidates that have been simulated, or evaluated otherwise. */
  readonly evaluations: number;
  /** How many there will be at most, where that is known. */
  readonly atMost?: number;
}

/** What a caller may set to watch a long search, or to end it. */
export interface SearchControls {
  /** Called after every candidate. */
  readonly onProgress?: (progress: SearchProgress) => void;
  /** Ends the search with a SimulationError, before the next candidate. */
  readonly signal?: AbortSignal;
}

/** Of a schema: {@link SearchControls}. */
export const searchEntries = {
  onProgress: v.optional(
    v.custom<(progress: SearchProgress) => void>((value) => typeof value === 'function', 'a function'),
  ),
  signal: v.optional(v.custom<AbortSignal>((value) => value instanceof AbortSignal, 'an AbortSignal')),
};

/** Those of checked options. */
export interface CheckedControls {
  readonly onProgress?: ((progress: SearchProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An evaluator that reports every call, and refuses them once its caller has had enough. */
export function watched<T extends readonly unknown[], R>(
  evaluate: (...args: T) => R,
  { onProgress, signal }: CheckedControls,
  atMost: number | undefined,
): (...args: T) => R {
  let evaluations = 0;
  return (...args) => {
    if (signal?.aborted) throw new SimulationError(`stopped by the signal after ${evaluations} candidates`, 0);
    const result = evaluate(...args);
    evaluations++;
    onProgress?.({ evaluations, ...(atMost === undefined ? {} : { atMost }) });
    return result;
  };
}
