import { ConfigError, show } from '../../base/errors.js';
import type { WarningCode } from '../../base/warnings.js';
import type { DimensionSpec } from '../../spec/spec.js';
import type { Points } from '../points.js';
import { measure } from '../row.js';
import { networkCost } from './cost.js';

/** How good a point is. Small, because workers send many. */
export interface Score {
  readonly point: number;
  /** The objective; infinite unless `state` is `'rated'`. */
  readonly objective: number;
  readonly timeNs: number;
  readonly cost: number;
  /** Failed: it cannot be simulated. Unphysical: it is faster than its wires, and left out. */
  readonly state: 'rated' | 'failed' | 'unphysical';
  /** Kinds of warnings of its result. */
  readonly warnings: readonly WarningCode[];
}

/** Warnings of a result that breaks physics. */
const UNPHYSICAL: readonly WarningCode[] = ['below-plan-bound', 'more-than-the-wire'];

/**
 * Runs points and rates them.
 * @throws SimulationError after an abort.
 */
export async function scorePoints(points: Points, indexes: readonly number[], signal?: AbortSignal): Promise<Score[]> {
  const scores: Score[] = [];
  for (const index of indexes) scores.push(await scorePoint(points, index, signal));
  return scores;
}

async function scorePoint(points: Points, point: number, signal: AbortSignal | undefined): Promise<Score> {
  const { tune } = points;
  const { spec } = points.at(point);
  const outcome = spec instanceof ConfigError ? spec : await measure(spec, signal);
  if (spec instanceof ConfigError || outcome instanceof Error) return failed(point);
  const { timeNs, busbwGBps, algbwGBps, utilisation, totalNpus, ranks, chunks, warnings } = outcome;
  // After a simulation its topology is a list of dimensions, in base units.
  const cost = networkCost(spec.topology as readonly DimensionSpec[], tune.prices);
  if (!tune.unphysical && warnings.some((code) => UNPHYSICAL.includes(code))) {
    return { point, objective: Number.POSITIVE_INFINITY, timeNs, cost, state: 'unphysical', warnings };
  }
  const slots = [
    ...points.space.values(point),
    // In the order of MEASURES.
    ...[timeNs, cost, busbwGBps, algbwGBps, utilisation, totalNpus, ranks, chunks],
  ];
  const objective = tune.objective.evaluate(slots);
  if (typeof objective !== 'number') {
    throw new ConfigError([{ path: 'tune.minimise', expected: 'a number at every point', got: show(objective) }]);
  }
  if (!Number.isFinite(objective)) return failed(point);
  return { point, objective, timeNs, cost, state: 'rated', warnings };
}

function failed(point: number): Score {
  const none = Number.POSITIVE_INFINITY;
  return { point, objective: none, timeNs: none, cost: none, state: 'failed', warnings: [] };
}
