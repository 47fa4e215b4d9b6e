import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import Tinypool from 'tinypool';

/** Threads that answer questions, each a program of its own. */
export interface Threads {
  readonly ask: (question: unknown) => Promise<unknown>;
  /** What is under way fails. */
  readonly end: () => Promise<void>;
}

/**
 * How many threads to start: as many as the user wants, else one per core where that is worth it; 0 for none. A
 * playground in a browser has another file in the place of this one, which always says 0.
 */
export function threadCount(wanted: number | undefined, isWorth: boolean): number {
  return wanted ?? (isWorth ? availableParallelism() : 0);
}

/** Starts `count` threads that run a file beside this one, and find `data` as `Tinypool.workerData`. */
export function startThreads(file: 'worker.js' | 'plan-worker.js', data: unknown, count: number): Threads {
  const pool = new Tinypool({
    // Bundled, all files of the command line stand in one folder.
    filename: fileURLToPath(new URL(`./${file}`, import.meta.url)),
    workerData: data,
    minThreads: count,
    maxThreads: count,
  });
  return { ask: (question) => pool.run(question), end: () => pool.destroy() };
}
