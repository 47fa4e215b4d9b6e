import type { SymmetricCollective } from '../../collectives/collective.js';

/** Collectives that a trace can request. */
export type TracedCollective = SymmetricCollective | 'broadcast';

/** The schema's numbers of collectives. A broadcast only takes its recorded time. */
const COMM_TYPES: Readonly<Record<TracedCollective, number>> = {
  'all-reduce': 0,
  'all-gather': 2,
  broadcast: 5,
  'all-to-all': 6,
  'reduce-scatter': 7,
};

const BY_NUMBER = new Map(Object.entries(COMM_TYPES).map(([name, number]) => [number, name]));

/** The collective of a number; undefined if unknown. */
export function collectiveOf(commType: number): TracedCollective | undefined {
  return BY_NUMBER.get(commType) as TracedCollective | undefined;
}

export function commTypeOf(collective: TracedCollective): number {
  return COMM_TYPES[collective];
}
