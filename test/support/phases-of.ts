import type { CollectiveResult } from '../../src/index.js';
import type { PhaseReport } from '../../src/report/result.js';

/** The phases that the first chunk passes; all chunks, where dimensions are not reordered. */
export function phasesOf({ chunkPlans }: CollectiveResult): readonly PhaseReport[] {
  return chunkPlans[0]?.phases ?? [];
}
