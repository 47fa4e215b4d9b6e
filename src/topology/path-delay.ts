import { type Dimension, hops, messageDelay } from './dimension.js';

/**
 * Delay of a message that pays for every dimension in which its ends differ, one after the
 * other, without congestion: the sum of their delays, each truncated, ns.
 */
export function pathDelay(dimensions: readonly Dimension[], from: number, to: number, bytes: number): number {
  let a = from;
  let b = to;
  let total = 0;
  for (const dimension of dimensions) {
    const { npus } = dimension;
    const distance = ((b % npus) - (a % npus) + npus) % npus;
    if (distance !== 0) total += messageDelay(dimension, hops(dimension, distance), bytes);
    a = Math.floor(a / npus);
    b = Math.floor(b / npus);
  }
  return total;
}

/** Delay of a message that pays only for the lowest dimension in which its ends differ (docs/model.md, section 2), ns. */
export function firstDimensionDelay(dimensions: readonly Dimension[], from: number, to: number, bytes: number): number {
  let a = from;
  let b = to;
  for (const dimension of dimensions) {
    const { npus } = dimension;
    const distance = ((b % npus) - (a % npus) + npus) % npus;
    if (distance !== 0) return messageDelay(dimension, hops(dimension, distance), bytes);
    a = Math.floor(a / npus);
    b = Math.floor(b / npus);
  }
  return 0;
}
