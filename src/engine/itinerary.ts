import type { Phase } from '../collectives/plan.js';
import { QueueAllocator } from '../scheduler/queue-allocator.js';
import type { QueuedPhase } from '../scheduler/waiting-order.js';
import type { CollectiveJob } from './job.js';

/** Every phase of every chunk of a collective, in the order in which chunks are created. */
export interface Itinerary {
  /** Per chunk, and one more: where its phases begin in the lists below. */
  readonly first: readonly number[];
  readonly phases: readonly Phase[];
  /** The queue of each, numbered over all dimensions. */
  readonly queues: readonly number[];
  /** Whether that queue runs anticlockwise. */
  readonly anticlockwise: readonly boolean[];
  /** Which of its trees a double binary tree uses. */
  readonly tree: readonly (0 | 1)[];
}

/** Deals each phase of each chunk its queue and its tree, by turns in each dimension (SPEC sections 5, 6). */
export function dealQueues({ chunks, dimensions, queuesPerDimension }: CollectiveJob): Itinerary {
  const allocators = dimensions.map(() => new QueueAllocator(queuesPerDimension));
  const trees = dimensions.map(() => 0);
  const first = [0];
  const phases: Phase[] = [];
  const queues: number[] = [];
  const anticlockwise: boolean[] = [];
  const tree: (0 | 1)[] = [];
  for (const chunk of chunks) {
    for (const phase of chunk) {
      const { index } = phase.dimension;
      const allocator = allocators[index] as QueueAllocator;
      const position = allocator.take(phase.queues);
      phases.push(phase);
      queues.push(index * queuesPerDimension + position);
      anticlockwise.push(allocator.isAnticlockwise(phase.queues, position));
      const turn = trees[index] as number;
      tree.push(turn % 2 === 0 ? 0 : 1);
      if (phase.lanes[0]?.kind === 'tree') trees[index] = turn + 1;
    }
    first.push(phases.length);
  }
  return { first, phases, queues, anticlockwise, tree };
}

/** The phase at a place in the itinerary as a policy within queues sees it. */
export function queuedPhase({ phases, first }: Itinerary, chunk: number, at: number): QueuedPhase {
  const { collective, bytes, resultBytes } = phases[at] as Phase;
  return { collective, bytes, resultBytes, remaining: (first[chunk + 1] as number) - 1 - at };
}
