import type { SweepDefinition } from '../../sweep/definition.js';
import type { Points } from '../../sweep/points.js';
import { type Answers, answer, type Question } from '../../sweep/task.js';
import { startThreads } from '../threads.js';
import { lossOf } from './worker-lost.js';

/** Computes points: in threads, or in this process. */
export interface Workers {
  /** Questions to have in progress at once, so that no thread waits for the next one. */
  readonly limit: number;
  readonly ask: <K extends keyof Answers>(question: Question<K>) => Promise<Answers[K]>;
  /** Questions in progress fail. */
  readonly close: () => Promise<void>;
}

/** Questions in the queue per worker: answers must come in order, and one can be slow. */
const AHEAD = 4;

/** Runs something with `count` workers; an abort ends their work at once. */
export async function withWorkers<T>(
  { definition, points, count }: { definition: SweepDefinition; points: Points; count: number },
  signal: AbortSignal,
  run: (workers: Workers) => Promise<T>,
): Promise<T> {
  const workers = count === 0 ? noWorkers(points, signal) : startWorkers(definition, count);
  const stop = () => void workers.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await run(workers);
  } finally {
    signal.removeEventListener('abort', stop);
    await workers.close();
  }
}

/** This process itself: no start, no transfer. A long point yields to other tasks. */
function noWorkers(points: Points, signal: AbortSignal): Workers {
  return {
    limit: 1,
    ask: async (question) => {
      await new Promise((resolve) => setImmediate(resolve));
      return answer(points, question, signal);
    },
    close: async () => {},
  };
}

/** Worker threads that each compile the sweep and then answer questions about its points. */
function startWorkers(definition: SweepDefinition, count: number): Workers {
  const threads = startThreads('worker.js', definition, count);
  return {
    limit: count * AHEAD,
    ask: <K extends keyof Answers>(question: Question<K>) =>
      threads.ask(question).catch((error: unknown) => {
        throw lossOf(error);
      }) as Promise<Answers[K]>,
    close: threads.end,
  };
}
