import { messages, type Program } from '../collectives/program.js';
import type { CollectiveJob } from '../plan/job.js';
import type { Phase } from '../plan/phases.js';
import { chargeOf, crossingShares, type LogicalDimension } from '../topology/logical-dimension.js';

/**
 * Bytes one NPU sends in a phase, by the physical dimension that they pay for. If
 * ranks differ, as in a tree, the mean over them.
 */
export function bytesByDimension(phase: Phase, { dimensions, network, routing }: CollectiveJob): number[] {
  const load = dimensions.map(() => 0);
  const everyDimension = network === 'congestion-aware' || routing === 'dimension-order';
  for (const program of phase.lanes) addLoad(load, program, phase, everyDimension);
  return load;
}

function addLoad(load: number[], program: Program, { dimension }: Phase, everyDimension: boolean): void {
  const { ranks } = dimension;
  const add = (index: number, bytes: number) => {
    load[index] = (load[index] as number) + bytes;
  };
  for (const { from, offset, bytes, times } of messages(program)) {
    const sent = times * bytes;
    if (from >= 0) {
      // A single rank adds its share of the mean over all.
      for (const d of crossed(dimension, from, from + offset, everyDimension)) add(dimension.first + d, sent / ranks);
    } else if (dimension.physical.length === 1) {
      add(dimension.first, sent);
    } else if (!everyDimension || (program.kind === 'token' && program.pairwise)) {
      // Peers that pair up differ by one power of two, so in one dimension.
      add(chargeOf(dimension, offset).dimension, sent);
    } else {
      for (const [d, share] of crossingShares(dimension, offset).entries()) add(dimension.first + d, share * sent);
    }
  }
}

/** The dimensions in which two ranks differ, or only the lowest one. */
function crossed({ physical }: LogicalDimension, from: number, to: number, every: boolean): number[] {
  const differ: number[] = [];
  let stride = 1;
  for (const [d, { npus }] of physical.entries()) {
    if (Math.floor(from / stride) % npus !== Math.floor(to / stride) % npus) differ.push(d);
    stride *= npus;
  }
  return every ? differ : differ.slice(0, 1);
}
