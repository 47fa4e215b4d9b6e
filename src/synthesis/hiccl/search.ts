import { ConfigError, show } from '../../base/errors.js';
import type { LinkGraph } from '../../topology/link-graph.js';
import { checkGraph } from '../checked-graph.js';
import { checkIn, type SynthesisControls } from '../progress.js';
import { bestOrder, type LinkOrder } from '../replay.js';
import type { TransferSchedule } from '../schedule.js';
import type { ScheduledCollective } from '../schedule-check.js';
import { compose } from './compose.js';
import type { CompositionOptions } from './shape.js';
import { composedSchedule } from './to-schedule.js';
import { verbsOf } from './verbs.js';

export interface CompositionSearchOptions extends SynthesisControls {
  /** Size of the whole buffer, a whole number above 0; every pair of ranks has its share of it. */
  readonly bytes: number;
  /** Hierarchies of at most this many levels. Default 3. */
  readonly maxLevels?: number;
  /** Depths of the pipeline to try. Default 1, 2, 4, 8, 16, 32. */
  readonly pipelines?: readonly number[];
  /** Depth of the pipeline with which shapes are compared first. Default 4. */
  readonly firstPipeline?: number;
}

/** The best composition found. */
export interface FoundComposition {
  readonly options: CompositionOptions;
  readonly schedule: TransferSchedule;
  /** In which order links serve its messages to finish at `finishNs`. */
  readonly order: LinkOrder;
  readonly finishNs: number;
}

/** How many shapes are tried at other depths of the pipeline. */
const SHORT_LIST = 4;

/**
 * Searches the five parameters of {@link compose} for the shortest replay on a graph: every hierarchy
 * of consecutive ranks, with and without a ring of the outermost groups, unstriped or striped over
 * the innermost or outermost groups; then pipeline depths for the best of these.
 *
 * @throws ConfigError on a graph that is not connected or options out of range.
 * @throws SimulationError when aborted.
 */
export function searchComposition(
  graph: LinkGraph,
  collective: ScheduledCollective,
  options: CompositionSearchOptions,
): FoundComposition {
  checkGraph(graph);
  const { bytes, maxLevels = 3, pipelines = [1, 2, 4, 8, 16, 32], firstPipeline = 4 } = options;
  if (!Number.isSafeInteger(bytes) || bytes < 1) {
    throw new ConfigError([{ path: 'bytes', expected: 'a whole number above 0', got: show(bytes) }]);
  }
  const verbs = verbsOf(collective, graph.npus, Math.ceil(bytes / graph.npus));
  const shapes = shapesOf(graph.npus, maxLevels);
  const trials = shapes.length + SHORT_LIST * pipelines.length;
  let done = 0;
  const evaluate = (shape: CompositionOptions) => {
    const schedule = composedSchedule(compose(verbs, shape), verbs, graph);
    const found = { options: shape, schedule, ...bestOrder(schedule, graph) };
    checkIn(options, ++done / trials, found.finishNs);
    return found;
  };
  const byTime = (a: FoundComposition, b: FoundComposition) => a.finishNs - b.finishNs;
  const shortList = shapes
    .map((shape) => evaluate({ ...shape, pipeline: firstPipeline }))
    .sort(byTime)
    .slice(0, SHORT_LIST);
  const deeper = shortList.flatMap(({ options: shape }) =>
    pipelines.map((pipeline) => evaluate({ ...shape, pipeline })),
  );
  return [...shortList, ...deeper].sort(byTime)[0] as FoundComposition;
}

/** Hierarchies of a number of ranks with their stripes and rings. */
function shapesOf(ranks: number, maxLevels: number): CompositionOptions[] {
  return hierarchiesOf(ranks, maxLevels).flatMap((hierarchy) => {
    const outermost = hierarchy[0] as number;
    const stripes = new Set([1, hierarchy.at(-1) as number, ranks / outermost]);
    const rings = new Set([1, outermost]);
    return [...stripes].flatMap((stripe) => [...rings].map((ring) => ({ hierarchy, stripe, ring })));
  });
}

/** All ways to write a number as a product of at most so many factors above 1, in every order. */
export function hierarchiesOf(ranks: number, maxLevels: number): number[][] {
  if (ranks === 1) return [[1]];
  const found = [[ranks]];
  if (maxLevels < 2) return found;
  for (let first = 2; first < ranks; first++) {
    if (ranks % first !== 0) continue;
    for (const rest of hierarchiesOf(ranks / first, maxLevels - 1)) found.push([first, ...rest]);
  }
  return found;
}
