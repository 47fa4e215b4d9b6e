import { BatchSize, cutIntoBatches } from '../../sweep/batches.js';
import type { RowFormat } from '../../sweep/format.js';
import { inOrder } from '../../sweep/in-order.js';
import type { Points } from '../../sweep/points.js';
import type { Watcher } from './progress.js';
import type { Target } from './target.js';
import type { Workers } from './workers.js';

/** What came of a run. */
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
  const batches = cutIntoBatches(points.space, target.from, end, size);
  const answers = inOrder(
    batches,
    ({ from, end: until }) => workers.ask<'rows'>({ kind: 'rows', from, end: until, format }),
    workers.limit,
  );
  signal.addEventListener('abort', () => void workers.close(), { once: true });
  let done = 0;
  let failed = 0;
  try {
    for await (const batch of answers) {
      if (signal.aborted) break;
      target.append(batch.text);
      size.took(batch.points, batch.ms);
      done += batch.points;
      failed += batch.failed;
      watcher.at(target.kept + done, failed);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  if (!signal.aborted) target.complete(target.kept + done);
  return { points: done, failed, interrupted: signal.aborted };
}
