import { ascending } from './ascending.js';
import type { DimensionOrder } from './dimension-order.js';
import { roundRobin } from './round-robin.js';
import { themis, themisFlex } from './themis.js';

export type InterDimensionScheduling = 'ascending' | 'round-robin' | 'themis' | 'themis-flex';

export const DIMENSION_ORDERS: Readonly<Record<InterDimensionScheduling, DimensionOrder>> = {
  ascending,
  'round-robin': roundRobin,
  themis,
  'themis-flex': themisFlex,
};
