import type { Program } from '../collectives/algorithm.js';
import { sentBytes } from '../collectives/token-program.js';
import type { CollectiveJob } from '../plan/job.js';
import type { Phase } from '../plan/phases.js';
import { chargeOf, crossingShares } from '../topology/logical-dimension.js';

/**
 * Bytes one NPU sends in a phase, by the physical dimension that is charged for them. Of a
 * tree, whose ranks differ, the mean over its ranks.
 */
export function bytesByDimension(phase: Phase, { dimensions, network, routing }: CollectiveJob): number[] {
  const load = dimensions.map(() => 0);
  const everyDimension = network === 'congestion-aware' || routing === 'dimension-order';
  for (const program of phase.lanes) addLoad(load, program, phase, everyDimension);
  return load;
}

function addLoad(load: number[], program: Program, { dimension }: Phase, everyDimension: boolean): void {
  const add = (index: number, bytes: number) => {
    load[index] = (load[index] as number) + bytes;
  };
  if (program.kind === 'tree') {
    // Every rank but the root sends up once, and is sent to once.
    add(dimension.first, (2 * program.bytes * (program.ranks - 1)) / program.ranks);
    return;
  }
  if (dimension.physical.length === 1) {
    add(dimension.first, sentBytes(program));
    return;
  }
  // A flat algorithm: count how often each entry of the cycle is sent.
  const { offsets, bytes, sends } = program;
  const cycle = Math.max(offsets.length, bytes.length);
  for (let k = 0; k < Math.min(cycle, sends); k++) {
    const times = Math.floor((sends - k - 1) / cycle) + 1;
    const offset = offsets[k % offsets.length] as number;
    const sent = times * (bytes[k % bytes.length] as number);
    // Peers that pair up differ in one power of two, and so in one dimension.
    if (!everyDimension || program.pairwise) {
      add(chargeOf(dimension, offset).dimension, sent);
      continue;
    }
    for (const [d, share] of crossingShares(dimension, offset).entries()) add(dimension.first + d, share * sent);
  }
}
