import type { Collective } from '../collectives/collective.js';
import type { StreamQueue } from './stream-queue.js';

/** A policy's view of a phase that enters a queue. */
export interface QueuedPhase {
  readonly collective: Collective;
  /** Bytes each rank enters and leaves with. */
  readonly bytes: number;
  readonly resultBytes: number;
  /** Phases of the chunk after this one. */
  readonly remaining: number;
}

/**
 * Whether a newcomer goes before a waiting chunk. It goes before the first for which this
 * holds, else to the end. To add a policy, add a line to {@link WAITING_ORDERS}.
 */
export type WaitingOrder = (newcomer: QueuedPhase, waiting: QueuedPhase) => boolean;

export type IntraDimensionScheduling = 'fifo' | 'smallest-first' | 'fewest-remaining-phases-first';

/** Policies within a queue (docs/model.md, section 12). Undefined: in order of arrival. */
export const WAITING_ORDERS: Readonly<Record<IntraDimensionScheduling, WaitingOrder | undefined>> = {
  fifo: undefined,
  // A chunk with exactly one more phase goes to the end: kept for parity.
  'smallest-first': (newcomer, waiting) => newcomer.remaining !== 1 && size(waiting) >= size(newcomer),
  'fewest-remaining-phases-first': (newcomer, waiting) => waiting.remaining >= newcomer.remaining,
};

function size({ bytes, resultBytes }: QueuedPhase): number {
  return Math.max(bytes, resultBytes);
}

/** Places a stream among those that wait in a queue. */
export type Placement = (queue: StreamQueue, stream: number) => void;

/**
 * Placement by policy. All-reduce and all-to-all phases, and all phases without a policy, go behind
 * all others of their priority (docs/model.md, section 6).
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
