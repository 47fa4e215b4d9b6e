import { parse } from '../../base/validate.js';
import { watched } from '../progress.js';
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
 * Runs every search on the same cluster, from the simplest to the exhaustive one, which
 * it skips for more than `maxPlacements` placements. Evaluates each placement once for all of them.
 *
 * @throws ConfigError
 */
export function comparePlacements(options: Omit<PlacementOptions, 'search'>, evaluate: Evaluator): Placement[] {
  const { onProgress, signal, ...cluster } = parse(clusterSchema, options);
  checkEvaluator(evaluate);
  const known = new Map<string, number>();
  const watching = watched(evaluate, { onProgress, signal }, undefined);
  const once: Evaluator = (counts) => {
    const key = counts.join();
    const busbw = known.get(key) ?? watching(counts);
    known.set(key, busbw);
    return busbw;
  };
  // Refuses more GPUs than are free before it counts anything.
  const first = placeGpus({ ...cluster, search: 'compact' }, once);
  const few = waysToPlace(cluster.free, cluster.gpus) <= cluster.maxPlacements;
  const others = SEARCHES.filter((search) => search !== 'compact' && (few || search !== 'exhaustive'));
  return [first, ...others.map((search) => placeGpus({ ...cluster, search }, once))];
}
