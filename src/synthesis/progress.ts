import * as v from 'valibot';
import { SimulationError } from '../base/errors.js';

/** What every long synthesis takes. */
export interface SynthesisControls {
  readonly signal?: AbortSignal;
  /** Called now and then with the part that is done, from 0 to 1. */
  readonly onProgress?: (done: number) => void;
}

/** Of a schema: {@link SynthesisControls}. */
export const controlEntries = {
  signal: v.optional(v.custom<AbortSignal>((value) => value instanceof AbortSignal, 'an AbortSignal')),
  onProgress: v.optional(v.custom<(done: number) => void>((value) => typeof value === 'function', 'a function')),
};

/** @throws SimulationError when the caller has asked to stop. `timeNs` is the time planned so far. */
export function checkIn({ signal, onProgress }: SynthesisControls, done: number, timeNs: number): void {
  if (signal?.aborted) throw new SimulationError('the synthesis was aborted', timeNs);
  onProgress?.(done);
}
