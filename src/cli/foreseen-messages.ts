import { dimensionsOf } from '../spec/schema.js';
import type { WorkloadSpec } from '../workload/spec.js';

/**
 * Messages of one collective of all NPUs, at most, but for a chunk that splits may leave over: folding, which is
 * decided later, may leave far fewer. A ring or direct exchange goes both ways through every dimension; others
 * send less. None on a network that cannot be read: that is an error where everything else that is wrong is known, too.
 */
export function messagesOfCollective({ topology, splits = 4 }: Pick<WorkloadSpec, 'topology' | 'splits'>): number {
  let dimensions: ReturnType<typeof dimensionsOf>;
  try {
    dimensions = dimensionsOf(topology);
  } catch {
    return 0;
  }
  const npus = dimensions.reduce((product, { npus }) => product * npus, 1);
  return npus * splits * dimensions.reduce((sum, { npus }) => sum + 2 * (npus - 1), 0);
}

/** Messages of a workload, at most; those of an NPU that runs the graph of another count again. */
export function messagesOfWorkload(workload: WorkloadSpec): number {
  const { graphs } = workload;
  const listed = 'nodes' in graphs ? [graphs] : graphs;
  let [sends, collectives] = [0, 0];
  for (const { nodes } of listed) {
    for (const { kind } of nodes) {
      if (kind === 'send') sends++;
      else if (kind === 'collective') collectives++;
    }
  }
  // Every NPU has its part of a collective in its own graph.
  return sends + (collectives / listed.length) * messagesOfCollective(workload);
}
