import type { Plan } from './plan.js';

/** A pass of one micro-batch through one chunk of a stage. */
export interface Pass {
  readonly direction: 'forward' | 'backward';
  readonly microBatch: number;
  /** Of the stage, in the order of the layers. */
  readonly chunk: number;
}

type Pipeline = Pick<Plan, 'schedule' | 'pipeline' | 'chunks' | 'microBatches'>;

/**
 * The passes of a stage in order. Every schedule runs some forward passes ahead, then takes
 * turns, one forward, one backward, then ends with the backward passes that are left:
 *
 * - `gpipe` runs all of them ahead, and goes back from the last micro-batch to the first;
 * - `1f1b` runs ahead by as many as there are stages behind it;
 * - `interleaved` goes through its chunks in turn with groups of as many micro-batches as there
 *   are stages, and runs ahead by two per stage behind it and one such group for every chunk
 *   but the last (Narayanan et al., arXiv 2104.04473, section 2.2).
 */
export function passesOf(plan: Pipeline, stage: number): Pass[] {
  const { schedule, pipeline, chunks, microBatches } = plan;
  const total = microBatches * chunks;
  const behind = pipeline - 1 - stage;
  const wished = { gpipe: total, '1f1b': behind, interleaved: 2 * behind + (chunks - 1) * pipeline }[schedule];
  const ahead = Math.min(wished, total);
  const passes: Pass[] = [];
  for (let k = 0; k < total + ahead; k++) {
    if (k < total) passes.push({ direction: 'forward', ...forwardAt(plan, k) });
    if (k >= ahead) passes.push({ direction: 'backward', ...backwardAt(plan, k - ahead) });
  }
  return passes;
}

function forwardAt({ pipeline, chunks }: Pipeline, k: number): Pick<Pass, 'microBatch' | 'chunk'> {
  if (chunks === 1) return { microBatch: k, chunk: 0 };
  const group = Math.floor(k / (pipeline * chunks));
  return { microBatch: group * pipeline + (k % pipeline), chunk: Math.floor(k / pipeline) % chunks };
}

function backwardAt(plan: Pipeline, k: number): Pick<Pass, 'microBatch' | 'chunk'> {
  const { microBatch, chunk } = forwardAt(plan, k);
  if (plan.schedule === 'gpipe') return { microBatch: plan.microBatches - 1 - microBatch, chunk };
  return { microBatch, chunk: plan.chunks - 1 - chunk };
}

/**
 * The most that a stage holds of what passes leave for the way back, where a pass through chunk
 * c leaves `weight(c)`.
 */
export function peakHeld(passes: readonly Pass[], weight: (chunk: number) => number): number {
  let held = 0;
  let most = 0;
  for (const { direction, chunk } of passes) {
    held += direction === 'forward' ? weight(chunk) : -weight(chunk);
    most = Math.max(most, held);
  }
  return most;
}
