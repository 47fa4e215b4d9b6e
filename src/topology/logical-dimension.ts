import { totalNpus } from './address.js';
import { type Dimension, hops, messageDelay } from './dimension.js';

/**
 * What an algorithm runs over: one physical dimension, or all NPUs by id (the `one-…`
 * algorithms). Digit 0 of an offset counts steps in the physical dimension `first`.
 */
export interface LogicalDimension {
  /** Position among the logical dimensions; its phases use the queues of this number. */
  readonly index: number;
  /** Ranks along it. */
  readonly ranks: number;
  readonly physical: readonly Dimension[];
  /** Index of `physical[0]` in the network. */
  readonly first: number;
}

export function physicalDimension(dimensions: readonly Dimension[], index: number): LogicalDimension {
  const dimension = dimensions[index] as Dimension;
  return { index, ranks: dimension.npus, physical: [dimension], first: index };
}

export function everyNpu(dimensions: readonly Dimension[]): LogicalDimension {
  return { index: 0, ranks: totalNpus(dimensions), physical: dimensions, first: 0 };
}

/** Which physical dimension pays for a message, and for how many hops. */
export interface Charge {
  /** Index of the dimension in the network. */
  readonly dimension: number;
  readonly hops: number;
}

/**
 * A message pays only for the lowest dimension in which the two addresses differ
 * (docs/model.md, section 2). For ranks `offset` apart that is the lowest non-zero digit of the offset
 * for any sender: all ranks pay the same.
 */
export function chargeOf({ ranks, physical, first }: LogicalDimension, offset: number): Charge {
  let rest = ((offset % ranks) + ranks) % ranks;
  for (const [d, dimension] of physical.entries()) {
    const distance = rest % dimension.npus;
    if (distance !== 0) return { dimension: first + d, hops: hops(dimension, distance) };
    rest = Math.floor(rest / dimension.npus);
  }
  return { dimension: first, hops: 0 };
}

/** Delay of a message to the rank `offset` ahead, congestion-unaware, ns. */
export function delayTo(logical: LogicalDimension, offset: number, bytes: number): number {
  const { dimension, hops: count } = chargeOf(logical, offset);
  return messageDelay(logical.physical[dimension - logical.first] as Dimension, count, bytes);
}

/** Delay of a message of `bytes` to the rank `offset` ahead, ns. */
export type OffsetDelay = (offset: number, bytes: number) => number;

export function delayIn(logical: LogicalDimension): OffsetDelay {
  return (offset, bytes) => delayTo(logical, offset, bytes);
}

/**
 * Per physical dimension: the share of all ranks whose address differs in it from that of the
 * rank `offset` ahead.
 */
export function crossingShares({ ranks, physical }: LogicalDimension, offset: number): number[] {
  let rest = ((offset % ranks) + ranks) % ranks;
  /** Share of ranks whose lower digits carry into this one when the offset is added. */
  let carry = 0;
  let below = 1;
  let low = 0;
  return physical.map(({ npus }) => {
    const digit = rest % npus;
    rest = Math.floor(rest / npus);
    // A digit stays if digit plus carry is 0 or a whole turn.
    const stays = (digit === 0 ? 1 - carry : 0) + (digit === npus - 1 ? carry : 0);
    low += digit * below;
    below *= npus;
    carry = low / below;
    return 1 - stays;
  });
}
