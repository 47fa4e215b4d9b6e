import { SimulationError } from '../base/errors.js';

/** How a long computation can be watched and stopped. */
export interface Watch {
  /** Stops the computation with a SimulationError at its next step. */
  readonly signal?: AbortSignal;
  /** Called with the share that is done, from 0 to 1. */
  readonly onProgress?: (done: number) => void;
}

/** Reports `done` of `all` steps and throws when the computation is to stop. */
export function report({ signal, onProgress }: Watch, done: number, all: number): void {
  if (signal?.aborted === true) throw new SimulationError('stopped by the signal', 0);
  onProgress?.(all === 0 ? 1 : done / all);
}

/** The watch of a stage that leads from one share of the whole to another. */
export function part({ signal, onProgress }: Watch, from: number, to: number): Watch {
  return {
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress: (done: number) => onProgress(from + done * (to - from)) }),
  };
}
