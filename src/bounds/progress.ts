import { SimulationError } from '../base/errors.js';

/** Watches and stops a long computation. */
export interface Watch {
  /** Stops the computation with a SimulationError at its next step. */
  readonly signal?: AbortSignal;
  /** Called with the completed share, from 0 to 1. */
  readonly onProgress?: (done: number) => void;
}

/** Reports `done` of `all` steps and throws if the computation must stop. */
export function report({ signal, onProgress }: Watch, done: number, all: number): void {
  if (signal?.aborted === true) throw new SimulationError('stopped by the signal', 0);
  onProgress?.(all === 0 ? 1 : done / all);
}

/** The watch of a stage that takes the whole from share `from` to share `to`. */
export function part({ signal, onProgress }: Watch, from: number, to: number): Watch {
  return {
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress: (done: number) => onProgress(from + done * (to - from)) }),
  };
}
