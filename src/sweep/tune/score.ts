import { ConfigError, show } from '../../base/errors.js';
import type { DimensionSpec } from '../../spec/spec.js';
import type { Points } from '../points.js';
import { measure } from '../row.js';
import { networkCost } from './cost.js';

/** How good a point is; infinitely bad when it fails. Small, as many cross from workers. */
export interface Score {
  readonly point: number;
  /** What is minimised. */
  readonly objective: number;
  readonly timeNs: number;
  readonly cost: number;
}

/** Runs points and rates them. */
export function scorePoints(points: Points, indexes: readonly number[]): Score[] {
  return indexes.map((index) => scorePoint(points, index));
}

function scorePoint(points: Points, point: number): Score {
  const { tune } = points;
  const { spec } = points.at(point);
  const outcome = spec instanceof ConfigError ? spec : measure(spec);
  if (spec instanceof ConfigError || outcome instanceof Error) return failed(point);
  const { timeNs, busbwGBps, algbwGBps, utilisation, totalNpus, ranks, chunks } = outcome;
  // It has been simulated: its topology is a list of dimensions, in base units.
  const cost = networkCost(spec.topology as readonly DimensionSpec[], tune.prices);
  const slots = [
    ...points.space.values(point),
    // In the order of MEASURES.
    ...[timeNs, cost, busbwGBps, algbwGBps, utilisation, totalNpus, ranks, chunks],
  ];
  const objective = tune.objective.evaluate(slots);
  if (typeof objective !== 'number') {
    throw new ConfigError([{ path: 'tune.minimise', expected: 'a number at every point', got: show(objective) }]);
  }
  return Number.isNaN(objective) ? failed(point) : { point, objective, timeNs, cost };
}

function failed(point: number): Score {
  const none = Number.POSITIVE_INFINITY;
  return { point, objective: none, timeNs: none, cost: none };
}
