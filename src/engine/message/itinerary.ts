import { alternates } from '../../collectives/program.js';
import type { CollectiveJob, CollectivePlan } from '../../plan/job.js';
import type { Machine } from '../../plan/machine.js';
import type { Phase } from '../../plan/phases.js';
import { QueueAllocator } from '../../scheduler/queue-allocator.js';
import type { QueuedPhase } from '../../scheduler/waiting-order.js';

/** Every phase of every chunk of a collective, in the order in which chunks are created. */
export interface Itinerary {
  /** Per chunk, plus an end: where its phases begin in the lists below. */
  readonly first: readonly number[];
  readonly phases: readonly Phase[];
  /** Per phase: its queue, numbered over all dimensions. */
  readonly queues: readonly number[];
  /** Whether that queue runs anticlockwise. */
  readonly anticlockwise: readonly boolean[];
  /** Even or odd turn of an alternating program, such as the double binary trees. */
  readonly turns: readonly (0 | 1)[];
  /** The queues that chunks enter first. */
  readonly entrances: ReadonlySet<number>;
}

/**
 * Deals queues to phases round robin, and turns to alternating programs, dimension by dimension. Each
 * NPU has one dealer, which continues from one collective to the next.
 */
export class QueueDealer {
  private readonly queuesPerDimension: number;
  private readonly allocators: readonly QueueAllocator[];
  private turns: (0 | 1)[];

  constructor({ dimensions, queuesPerDimension }: Pick<Machine, 'dimensions' | 'queuesPerDimension'>) {
    this.queuesPerDimension = queuesPerDimension;
    this.allocators = dimensions.map(() => new QueueAllocator(queuesPerDimension));
    this.turns = dimensions.map(() => 0);
  }

  deal(chunks: CollectivePlan['chunks']): Itinerary {
    const first = [0];
    const phases: Phase[] = [];
    const queues: number[] = [];
    const anticlockwise: boolean[] = [];
    const turns: (0 | 1)[] = [];
    for (const chunk of chunks) {
      for (const phase of chunk) {
        const { index } = phase.dimension;
        const allocator = this.allocators[index] as QueueAllocator;
        const position = allocator.take(phase.queues);
        phases.push(phase);
        queues.push(index * this.queuesPerDimension + position);
        anticlockwise.push(allocator.isAnticlockwise(phase.queues, position));
        const turn = this.turns[index] as 0 | 1;
        turns.push(turn);
        if (phase.lanes.some(alternates)) this.turns[index] = turn === 0 ? 1 : 0;
      }
      first.push(phases.length);
    }
    const entrances = new Set(chunks.map((_, chunk) => queues[first[chunk] as number] as number));
    return { first, phases, queues, anticlockwise, turns, entrances };
  }

  /** All counters, for comparing dealers. */
  get state(): string {
    let state = '';
    for (let d = 0; d < this.turns.length; d++) {
      const { all, lower, upper } = (this.allocators[d] as QueueAllocator).dealt;
      // Fewer than 2^10 queues each, and two turns.
      state += `${((all * 1024 + lower) * 1024 + upper) * 2 + (this.turns[d] as number)} `;
    }
    return state;
  }

  /** Copies another dealer's counters. */
  follow(other: QueueDealer): void {
    for (const [i, { dealt }] of this.allocators.entries()) Object.assign(dealt, other.allocators[i]?.dealt);
    this.turns = [...other.turns];
  }
}

/** The itinerary of a collective that runs alone. */
export function dealQueues(job: CollectiveJob): Itinerary {
  return new QueueDealer(job).deal(job.chunks);
}

/** A phase of the itinerary as queue policies see it. */
export function queuedPhase(
  { phases, first }: { readonly phases: readonly Phase[]; readonly first: ArrayLike<number> },
  chunk: number,
  at: number,
): QueuedPhase {
  const { collective, bytes, resultBytes } = phases[at] as Phase;
  return { collective, bytes, resultBytes, remaining: (first[chunk + 1] as number) - 1 - at };
}
