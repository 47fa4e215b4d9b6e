/** A pass of one micro-batch through a pipeline stage. */
export interface Pass {
  readonly direction: 'forward' | 'backward';
  readonly microBatch: number;
}

/**
 * The order of passes on a pipeline stage, one forward, one backward (1F1B, with a flush at
 * the end of the step; Narayanan et al., SC '21): a stage runs ahead by as many
 * forward passes as there are stages behind it, then alternates.
 */
export function oneForwardOneBackward(stage: number, stages: number, microBatches: number): Pass[] {
  const ahead = Math.min(stages - stage - 1, microBatches);
  const passes: Pass[] = [];
  for (let k = 0; k < microBatches + ahead; k++) {
    if (k < microBatches) passes.push({ direction: 'forward', microBatch: k });
    if (k >= ahead) passes.push({ direction: 'backward', microBatch: k - ahead });
  }
  return passes;
}
