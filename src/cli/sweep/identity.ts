import { createHash } from 'node:crypto';
import type { SweepDefinition } from '../../sweep/definition.js';

/**
 * What identifies a sweep: its points and what it simulates at each. Comments, layout,
 * the name, the objective of tuning, and the order of the base's keys make no difference.
 */
export function identityOf({ base = {}, axes, let: lets = {}, where = [], costs = {} }: SweepDefinition): string {
  const canonical = [
    sorted(base),
    // Their order numbers the points, and decides which names may use which.
    Object.entries(axes),
    Object.entries(lets),
    Array.isArray(where) ? where : [where],
    sorted(costs),
  ];
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .map(([key, part]) => [key, sorted(part)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
