import { parse } from '../../base/validate.js';
import {
  checkEvaluator,
  clusterSchema,
  type Placement,
  type PlacementOptions,
  placeGpus,
  SEARCHES,
  waysToPlace,
} from './place.js';
import type { Evaluator } from './searches.js';

/**
 * Every search on the same cluster, in the order from the simplest to the exhaustive one, which
 * is left out where there are more than `maxPlacements`. A placement is evaluated once for all of them.
 *
 * @throws ConfigError
 */
export function comparePlacements(options: Omit<PlacementOptions, 'search'>, evaluate: Evaluator): Placement[] {
  const cluster = parse(clusterSchema, options);
  checkEvaluator(evaluate);
  const known = new Map<string, number>();
  const once: Evaluator = (counts) => {
    const key = counts.join();
    const busbw = known.get(key) ?? evaluate(counts);
    known.set(key, busbw);
    return busbw;
  };
  // Refuses more GPUs than are free before anything is counted.
  const first = placeGpus({ ...cluster, search: 'compact' }, once);
  const few = waysToPlace(cluster.free, cluster.gpus) <= cluster.maxPlacements;
  const others = SEARCHES.filter((search) => search !== 'compact' && (few || search !== 'exhaustive'));
  return [first, ...others.map((search) => placeGpus({ ...cluster, search }, once))];
}
