import type { DimensionSpec } from '../../spec/spec.js';
import { KINDS } from '../../topology/kinds.js';

/**
 * The cost of a network: for every link its bandwidth (GB/s) times the price of 1 GB/s in its
 * dimension. Links that leave an NPU: two in a ring (one if it has only one neighbour),
 * one to each switch, one to each other NPU if fully connected.
 * @param prices - per dimension; the last one also for further dimensions.
 */
export function networkCost(topology: readonly DimensionSpec[], prices: readonly number[]): number {
  let npus = 1;
  let perNpu = 0;
  for (const [d, dimension] of topology.entries()) {
    const price = prices[Math.min(d, prices.length - 1)] as number;
    const { kind, bandwidth, switches = 1 } = dimension;
    perNpu += price * KINDS[kind](dimension.npus).cut(1) * switches * Number(bandwidth);
    npus *= dimension.npus;
  }
  return npus * perNpu;
}
