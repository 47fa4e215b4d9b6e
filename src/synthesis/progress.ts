import { SimulationError } from '../base/errors.js';

/** What every long synthesis takes. */
export interface SynthesisControls {
  readonly signal?: AbortSignal;
  /** Called now and then with the part that is done, from 0 to 1. */
  readonly onProgress?: (done: number) => void;
}

/** @throws SimulationError when the caller has asked to stop. `timeNs` is the time planned so far. */
export function checkIn({ signal, onProgress }: SynthesisControls, done: number, timeNs: number): void {
  if (signal?.aborted) throw new SimulationError('the synthesis was aborted', timeNs);
  onProgress?.(done);
}
