import * as v from 'valibot';
import { SimulationError } from '../base/errors.js';

/** Progress of a search over candidates. */
export interface SearchProgress {
  /** Candidates simulated or otherwise evaluated so far. */
  readonly evaluations: number;
  /** Most candidates to come, if known. */
  readonly atMost?: number;
}

/** Options to watch and stop a long search. */
export interface SearchControls {
  /** Called after every candidate. */
  readonly onProgress?: (progress: SearchProgress) => void;
  /** Ends the search with a SimulationError before the next candidate. */
  readonly signal?: AbortSignal;
}

/** Schema entries of {@link SearchControls}. */
export const searchEntries = {
  onProgress: v.optional(
    v.custom<(progress: SearchProgress) => void>((value) => typeof value === 'function', 'a function'),
  ),
  signal: v.optional(v.custom<AbortSignal>((value) => value instanceof AbortSignal, 'an AbortSignal')),
};

/** The controls of checked options. */
export interface CheckedControls {
  readonly onProgress?: ((progress: SearchProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An evaluator that reports every call, and throws once the signal is aborted. */
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
