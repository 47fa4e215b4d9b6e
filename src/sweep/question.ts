import type { RowFormat } from './format.js';
import type { Points } from './points.js';
import { type BatchText, writeBatch } from './task.js';
import { type Score, scorePoints } from './tune/score.js';

/** What can be asked about points, and what the answers are. All of it can cross to another thread. */
export interface Answers {
  readonly rows: BatchText;
  readonly scores: Score[];
}

interface Questions {
  readonly rows: { readonly from: number; readonly end: number; readonly format: RowFormat };
  readonly scores: { readonly indexes: readonly number[] };
}

export type Question<K extends keyof Answers> = { readonly kind: K } & Questions[K];

export function answer<K extends keyof Answers>(points: Points, question: Question<K>): Answers[K];
export function answer(points: Points, question: Question<'rows'> | Question<'scores'>): Answers[keyof Answers] {
  switch (question.kind) {
    case 'rows':
      return writeBatch(points, question, question.format);
    case 'scores':
      return scorePoints(points, question.indexes);
  }
}
