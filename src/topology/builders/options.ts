import * as v from 'valibot';
import type { Quantity } from '../../base/units.js';
import { quantity, whole } from '../../base/validate.js';

/** Link speeds as users write them. */
export interface LinkOptions {
  /** Bandwidth of one link: bytes per ns, or `"25 GB/s"`. Above 0. */
  readonly bandwidth: Quantity;
  /** Latency of one link: ns, or `"500 ns"`. At least 0. */
  readonly latency: Quantity;
}

export const count = whole(1, 2 ** 22);
export const bandwidth = quantity('bandwidth', { above: 0 });
export const latency = quantity('time', { atLeast: 0 });
export const link = { bandwidth, latency };

/** One count, or a list of them. */
export const counts = v.pipe(
  v.union([count, v.array(count, 'a list of whole numbers')], 'a whole number, at least 1, or a list of these'),
  v.transform((value) => (typeof value === 'number' ? [value] : value)),
);

/** Ratio of the bandwidth from below to the bandwidth upwards. */
export const ratio = v.pipe(
  v.number('a number above 0'),
  v.finite('a number above 0'),
  v.gtValue(0, 'a number above 0'),
);
