import type { Collective } from '../collectives/collective.js';
import type { StreamQueue } from './stream-queue.js';

/** A phase that wants a place in a queue, as a policy sees it. */
export interface QueuedPhase {
  readonly collective: Collective;
  /** Bytes each rank enters and leaves with. */
  readonly bytes: number;
  readonly resultBytes: number;
  /** Phases that the chunk still has to pass after this one. */
  readonly remaining: number;
}

/**
 * Whether a newcomer is placed before a chunk that already waits: it stands before the first
 * for which that is so, else at the end. Adding a policy is a line in {@link WAITING_ORDERS}.
 */
export type WaitingOrder = (newcomer: QueuedPhase, waiting: QueuedPhase) => boolean;

export type IntraDimensionScheduling = 'fifo' | 'smallest-first' | 'fewest-remaining-phases-first';

/** Policies within a queue (docs/model.md, section 12). Undefined: in order of arrival. */
export const WAITING_ORDERS: Readonly<Record<IntraDimensionScheduling, WaitingOrder | undefined>> = {
  fifo: undefined,
  // A chunk that has just one more phase to go afterwards goes to the end: kept for parity.
  'smallest-first': (newcomer, waiting) => newcomer.remaining !== 1 && size(waiting) >= size(newcomer),
  'fewest-remaining-phases-first': (newcomer, waiting) => waiting.remaining >= newcomer.remaining,
};

function size({ bytes, resultBytes }: QueuedPhase): number {
  return Math.max(bytes, resultBytes);
}

/** Puts a stream in its place among those that wait in a queue. */
export type Placement = (queue: StreamQueue, stream: number) => void;

/**
 * Placement by policy; all-reduce and all-to-all phases, and without a policy all, go behind
 * everybody of their priority (docs/model.md, section 6).
 *
 * @param phaseOf - the phase that a stream wants to run.
 * @param outranks - whether a stream has a higher priority than another.
 */
export function placement(
  order: WaitingOrder | undefined,
  phaseOf: (stream: number) => QueuedPhase,
  outranks: (newcomer: number, waiting: number) => boolean,
): Placement {
  if (order === undefined) return (queue, stream) => queue.add(stream, outranks);
  return (queue, stream) => {
    const phase = phaseOf(stream);
    const reordered = phase.collective === 'reduce-scatter' || phase.collective === 'all-gather';
    if (reordered) queue.addBeforeFirst(stream, (_, waiting) => order(phase, phaseOf(waiting)));
    else queue.addBeforeFirst(stream, outranks);
  };
}
