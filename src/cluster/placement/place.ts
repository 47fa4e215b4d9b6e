import * as v from 'valibot';
import { ConfigError, type Issue, show } from '../../base/errors.js';
import { keys, parse, whole } from '../../base/validate.js';
import { type SearchControls, searchEntries, watched } from '../progress.js';
import {
  bestFit,
  compact,
  countPlacements,
  type Evaluator,
  eliminate,
  eliminateAndImprove,
  exhaustive,
  spread,
} from './searches.js';

export const SEARCHES = ['compact', 'best-fit', 'spread', 'eliminate', 'eliminate-and-improve', 'exhaustive'] as const;

export type PlacementSearch = (typeof SEARCHES)[number];

export interface PlacementOptions extends SearchControls {
  /** Free GPUs of each host. */
  readonly free: readonly number[];
  /** Number of GPUs to place, at least 1. */
  readonly gpus: number;
  /** Default: exhaustive for at most `maxPlacements` placements, else eliminate-and-improve. */
  readonly search?: PlacementSearch;
  /** Most placements of an exhaustive search. Default 100,000. */
  readonly maxPlacements?: number;
}

export interface Placement {
  /** GPUs chosen on each host. */
  readonly counts: readonly number[];
  /** Its bus bandwidth by the evaluator, bytes per ns. */
  readonly busbwBytesPerNs: number;
  /** The search that ran. */
  readonly search: PlacementSearch;
  /** Number of distinct placements evaluated. */
  readonly evaluations: number;
}

const MAX_HOSTS = 4096;
/** Most placements of one round of elimination and improvement. */
const MAX_EVALUATIONS = 2e6;
/** Most additions for counting placements. */
const MAX_COUNTING = 1e7;

const free = v.pipe(
  v.array(whole(0, 1e6), 'a list of free GPUs, one per host'),
  v.minLength(1, 'at least one host'),
  v.maxLength(MAX_HOSTS, `at most ${MAX_HOSTS} hosts`),
);

const entries = {
  free,
  gpus: whole(1, 1e6),
  maxPlacements: v.optional(whole(1, 1e9), 100_000),
  ...searchEntries,
};
const schema = keys({ ...entries, search: v.optional(v.picklist(SEARCHES)) });

/** The options that every search needs. */
export const clusterSchema = keys(entries);

/** @throws ConfigError if it is not a function. */
export function checkEvaluator(evaluate: unknown): void {
  if (typeof evaluate === 'function') return;
  throw new ConfigError([{ path: 'evaluate', expected: 'a function from counts to a bandwidth', got: show(evaluate) }]);
}

/**
 * Chooses GPUs for a job so that its collectives see the highest bus bandwidth, like BandPilot
 * (arXiv 2506.15595). GPUs of a host are interchangeable, so a placement is a count per host.
 *
 * `"compact"`, `"best-fit"` and `"spread"` ignore bandwidth. `"eliminate"` drops one GPU
 * after another; by itself it is often poor. `"eliminate-and-improve"` moves GPUs between hosts
 * from three starts and is mostly optimal. `"exhaustive"` is always optimal.
 *
 * @param evaluate bus bandwidth of a placement, bytes per ns: {@link closedFormEvaluator}, or a
 * simulation. Called once per placement.
 * @throws ConfigError also if the evaluator returns something that is not a bandwidth.
 */
export function placeGpus(options: PlacementOptions, evaluate: Evaluator): Placement {
  const { free, gpus, maxPlacements, search: asked, ...controls } = parse(schema, options);
  const ways = waysToPlace(free, gpus);
  const search = asked ?? (ways <= maxPlacements ? 'exhaustive' : 'eliminate-and-improve');
  checkEvaluator(evaluate);
  const issues = findIssues(free, gpus, search, ways, maxPlacements);
  if (issues.length > 0) throw new ConfigError(issues);

  const known = new Map<string, number>();
  const watching = watched(evaluate, controls, search === 'exhaustive' ? ways : undefined);
  const once: Evaluator = (counts) => {
    const key = counts.join();
    const before = known.get(key);
    if (before !== undefined) return before;
    const busbw = watching(counts);
    if (typeof busbw !== 'number' || !(busbw >= 0)) {
      const path = `evaluate([${counts.join(', ')}])`;
      throw new ConfigError([{ path, expected: 'a bandwidth, at least 0', got: show(busbw) }]);
    }
    known.set(key, busbw);
    return busbw;
  };
  const counts = run(search, free, gpus, once);
  return { counts, busbwBytesPerNs: once(counts), search, evaluations: known.size };
}

function run(search: PlacementSearch, free: readonly number[], gpus: number, evaluate: Evaluator): number[] {
  switch (search) {
    case 'compact':
      return compact(free, gpus);
    case 'best-fit':
      return bestFit(free, gpus);
    case 'spread':
      return spread(free, gpus);
    case 'eliminate':
      return eliminate(free, gpus, evaluate);
    case 'eliminate-and-improve':
      return eliminateAndImprove(free, gpus, evaluate);
    case 'exhaustive':
      return exhaustive(free, gpus, evaluate);
  }
}

/** Number of placements; infinite if even counting would take long. */
export function waysToPlace(free: readonly number[], gpus: number): number {
  const steps = free.reduce((sum, count) => sum + Math.min(count, gpus) + 1, 0) * gpus;
  return steps > MAX_COUNTING ? Number.POSITIVE_INFINITY : countPlacements(free, gpus);
}

function findIssues(
  free: readonly number[],
  gpus: number,
  search: PlacementSearch,
  ways: number,
  maxPlacements: number,
): Issue[] {
  const all = free.reduce((sum, count) => sum + count, 0);
  if (gpus > all) return [{ path: 'gpus', expected: `at most the ${all} that are free`, got: show(gpus) }];
  if (search === 'exhaustive' && ways > maxPlacements) {
    const expected = `another search, or a larger maxPlacements: there are ${ways} placements`;
    return [{ path: 'search', expected, got: show(search) }];
  }
  const dropped = search.startsWith('eliminate') ? (all - gpus) * free.length : 0;
  const moved = search === 'eliminate-and-improve' ? free.length * Math.min(all, gpus * free.length) : 0;
  if (Math.max(dropped, moved) > MAX_EVALUATIONS) {
    return [{ path: 'search', expected: 'compact, best-fit or spread for so large a cluster', got: show(search) }];
  }
  return [];
}
