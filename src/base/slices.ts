import { type Progress, type RunLimits, watch } from './limits.js';

/** Steps of a long job between two yields. */
export const SLICE = 65_536;

/** Runs sliced work to its end. */
export function drain<T>(work: Generator<void, T>): T {
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}

/** {@link drain} that lets timers and signals run between slices. */
export async function drainAsync<T>(work: Generator<void, T>): Promise<T> {
  let step = work.next();
  while (!step.done) {
    await new Promise((resolve) => setTimeout(resolve));
    step = work.next();
  }
  return step.value;
}

/** Before the first event. */
const BEFORE: Progress = { timeNs: 0, events: 0, finished: 0 };

/**
 * Runs work before the first event, such as planning, or between two events: reports progress and obeys the
 * signal between slices. Its steps do not count as events.
 */
export function* preparing<T>(
  work: Generator<void, T>,
  limits: RunLimits,
  progress: Progress = BEFORE,
): Generator<void, T> {
  let step = work.next();
  while (!step.done) {
    yield;
    watch({ ...limits, maxEvents: Number.POSITIVE_INFINITY }, progress);
    step = work.next();
  }
  return step.value;
}
