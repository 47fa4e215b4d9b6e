import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import Tinypool from 'tinypool';
import type { SweepDefinition } from '../../sweep/definition.js';
import type { Points } from '../../sweep/points.js';
import { type Answers, answer, type Question } from '../../sweep/question.js';

/** Somebody who computes points. */
export interface Workers {
  /** Questions to have under way at once, so that nobody waits for the next one. */
  readonly limit: number;
  readonly ask: <K extends keyof Answers>(question: Question<K>) => Promise<Answers[K]>;
  /** What is under way fails. */
  readonly close: () => Promise<void>;
}

/** Questions in the queue for each worker: answers are taken in order, and one can be slow. */
const AHEAD = 4;

export function coreCount(): number {
  return availableParallelism();
}

/** This process itself: nothing to start, nothing to hand over, but deaf while it computes. */
export function noWorkers(points: Points): Workers {
  return {
    limit: 1,
    ask: async (question) => {
      await new Promise((resolve) => setImmediate(resolve));
      return answer(points, question);
    },
    close: async () => {},
  };
}

/** Worker threads that each compile the sweep and then answer questions about its points. */
export function startWorkers(definition: SweepDefinition, count: number): Workers {
  const pool = new Tinypool({
    filename: fileURLToPath(new URL('./worker.js', import.meta.url)),
    workerData: definition,
    minThreads: count,
    maxThreads: count,
  });
  return {
    limit: count * AHEAD,
    ask: (question) => pool.run(question),
    close: () => pool.destroy(),
  };
}
