import { Stopwatch } from '../base/stopwatch.js';
import { formatRow, type RowFormat } from './format.js';
import type { Points } from './points.js';
import { runPoint } from './row.js';
import { type Score, scorePoints } from './tune/score.js';

/** Points to run, and the first unchecked number after them. */
export interface Batch {
  readonly indexes: readonly number[];
  readonly next: number;
}

/** The results of a batch of points, as text to append. */
export interface BatchText {
  readonly text: string;
  readonly points: number;
  readonly failed: number;
  /** Time it took, ms. */
  readonly ms: number;
}

/** Questions about points, and their answers. Both can be sent to another thread. */
export interface Answers {
  readonly rows: BatchText;
  readonly scores: readonly Score[];
}

interface Questions {
  readonly rows: { readonly indexes: readonly number[]; readonly format: RowFormat };
  readonly scores: { readonly indexes: readonly number[] };
}

export type Question<K extends keyof Answers> = { readonly kind: K } & Questions[K];

/**
 * Answers a question about points.
 * @throws SimulationError after an abort.
 */
export function answer<K extends keyof Answers>(
  points: Points,
  question: Question<K>,
  signal?: AbortSignal,
): Promise<Answers[K]>;
export function answer(
  points: Points,
  question: Question<'rows'> | Question<'scores'>,
  signal?: AbortSignal,
): Promise<Answers[keyof Answers]> {
  switch (question.kind) {
    case 'rows':
      return writeRows(points, question.indexes, question.format, signal);
    case 'scores':
      return scorePoints(points, question.indexes, signal);
  }
}

/** Runs points and writes their rows, in workers, because text is cheaper to send than objects. */
export async function writeRows(
  points: Points,
  indexes: readonly number[],
  format: RowFormat,
  signal?: AbortSignal,
): Promise<BatchText> {
  const watch = new Stopwatch();
  let text = '';
  let failed = 0;
  for (const index of indexes) {
    const ran = await runPoint(points, index, signal);
    text += formatRow(format, points.columns, ran);
    if (typeof ran.outcome === 'string') failed++;
  }
  return { text, points: indexes.length, failed, ms: watch.ms };
}
