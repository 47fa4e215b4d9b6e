import { BatchSize, cutIntoBatches } from '../../sweep/batches.js';
import type { RowFormat } from '../../sweep/format.js';
import { inOrder } from '../../sweep/in-order.js';
import type { Points } from '../../sweep/points.js';
import { Turns } from '../../sweep/turns.js';
import type { Watcher } from './progress.js';
import type { Target } from './target.js';
import type { Workers } from './workers.js';

/** The outcome of a run. */
export interface SweepOutcome {
  /** Rows written by this run. */
  readonly points: number;
  readonly failed: number;
  readonly interrupted: boolean;
}

/** Runs the points that a target lacks, up to `end`, and appends their rows in order. */
export async function runSweep(
  points: Points,
  workers: Workers,
  target: Target,
  { end, format, signal, watcher }: { end: number; format: RowFormat; signal: AbortSignal; watcher: Watcher },
): Promise<SweepOutcome> {
  const size = new BatchSize();
  const batches = cutIntoBatches(points.space, target.from, end, size, new Turns(signal));
  const answers = inOrder(
    batches,
    async ({ indexes, next }) => {
      if (indexes.length === 0) return { next, text: '', points: 0, failed: 0, ms: 0 };
      return { next, ...(await workers.ask<'rows'>({ kind: 'rows', indexes, format })) };
    },
    workers.limit,
  );
  let done = 0;
  let failed = 0;
  try {
    for await (const batch of answers) {
      if (signal.aborted) break;
      target.append(batch.text, batch.next);
      size.took(batch.points, batch.ms);
      done += batch.points;
      failed += batch.failed;
      watcher.at({ points: target.kept + done, failed, looked: batch.next });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  if (!signal.aborted) target.complete();
  return { points: done, failed, interrupted: signal.aborted };
}
