import Tinypool from 'tinypool';
import { compileSweep } from '../../sweep/compile.js';
import type { SweepDefinition } from '../../sweep/definition.js';
import { type Answers, answer, type Question } from '../../sweep/task.js';

// One sweep per worker, compiled once: workers live as long as their sweep.
const points = compileSweep(Tinypool.workerData as SweepDefinition);

/** The pool calls this. */
export default function <K extends keyof Answers>(question: Question<K>): Promise<Answers[K]> {
  return answer(points, question);
}
