import { ConfigError, show } from '../../base/errors.js';
import { reading } from '../../base/validate.js';
import { allocateBandwidth, type BandwidthAllocation } from './allocate.js';
import type { BandwidthOptions } from './options.js';

/**
 * The front between time and price: from the allocation with the least time x price to the
 * fastest, both included, at prices in equal ratios. Every point is the fastest for its price.
 * Cheaper allocations only scale down the first one: its time grows as its price falls.
 *
 * @param points at least 2, at most 1000.
 * @throws ConfigError also if prices are missing.
 */
export function timePriceFront(options: Omit<BandwidthOptions, 'objective'>, points = 9): BandwidthAllocation[] {
  if (!Number.isInteger(points) || points < 2 || points > 1000) {
    throw new ConfigError([{ path: 'points', expected: 'a whole number from 2 to 1000', got: show(points) }]);
  }
  const given = reading(() => ({ ...options }));
  const first = allocateBandwidth({ ...given, objective: 'time-x-price' });
  const last = allocateBandwidth({ ...given, objective: 'time' });
  const from = first.price ?? 0;
  const to = last.price ?? 0;
  // If prices do not matter, the two ends are one point.
  if (from === 0 || to <= from * (1 + 1e-9)) return [last];
  const between = Array.from({ length: points - 2 }, (_, i) => from * (to / from) ** ((i + 1) / (points - 1)));
  return [first, ...between.map((budget) => allocateBandwidth({ ...given, budget, objective: 'time' })), last];
}
