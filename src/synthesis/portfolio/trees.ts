import { ConfigError } from '../../base/errors.js';
import type { LinkGraph } from '../../topology/link-graph.js';
import { buildTreePackingForest } from '../blink/few-trees.js';
import { buildOneHopTrees } from '../blink/one-hop-trees.js';
import { buildAllReduceForest } from '../forestcoll/all-reduce-forest.js';
import { buildGatherForest } from '../forestcoll/build-forest.js';
import type { TreePair } from '../forestcoll/forest.js';
import { gatherPairs } from '../forestcoll/tree-transfers.js';
import { type HopStarts, improveStarts, keepOrder } from '../improve-order.js';
import { playByKeys } from '../list-order.js';
import { checkIn } from '../progress.js';
import type { ScheduledCollective } from '../schedule-check.js';
import { cyclePairs, starPairs } from '../simple-trees.js';
import { type TreeCollective, treeSchedule } from '../tree-schedule.js';
import { type FoundSchedule, MOST_NPUS, type Synthesiser, type SynthesisWork } from './synthesiser.js';

/** Trees, and the settings they came from. */
interface Candidate {
  readonly pairs: readonly TreePair[];
  readonly settings: Readonly<Record<string, unknown>>;
}

type Growth = (
  graph: LinkGraph,
  collective: TreeCollective,
) => readonly (readonly [Candidate['settings'], () => readonly TreePair[]])[];

/** Hops that may be played for one synthesiser, with effort 1. */
const HOPS = 160_000;
const MOST_PIECES = 512;
/** Pieces are at least this large on average: real links could not pay for smaller ones. */
const LEAST_PIECE_BYTES = 256;
const MOST_ROUNDS = 5;
/** Twice as many pieces are not tried once they cost this much. */
const MUCH = 1.03;
/** From so many pieces on, forests this far behind the best are given up. */
const SOME_PIECES = 8;
const FAR = 1.08;
/** Trees and pieces whose order is improved. */
const SHORT_LIST = 3;
/** NPUs up to which trees are grown level by level, which takes long. */
const MOST_FOR_LEVELS = 40;

export const TREE_SYNTHESISERS: readonly Synthesiser[] = [
  ofTrees('forestcoll', 'ForestColl, arXiv 2402.06787', isGather, forestcoll),
  ofTrees('blink', 'Blink, arXiv 1910.04940: packed spanning trees', isDirectAllReduce, blink),
  ofTrees('one-hop', 'Blink, arXiv 1910.04940, section 3.4: straight to everybody', isGather, oneHop),
  ofTrees('cycle', 'both ways round a cycle through all NPUs', isGather, cycle),
];

function isGather(_: LinkGraph, collective: ScheduledCollective): collective is TreeCollective {
  return collective === 'all-gather' || collective === 'all-reduce';
}

function isDirectAllReduce({ npus, devices }: LinkGraph, collective: ScheduledCollective): boolean {
  return collective === 'all-reduce' && npus === devices;
}

function forestcoll(graph: LinkGraph, collective: TreeCollective): ReturnType<Growth> {
  const grows = graph.npus <= MOST_FOR_LEVELS ? (['level', 'tree'] as const) : (['tree'] as const);
  return [{}, { k: 1 }].flatMap((k) =>
    grows.map((grow) => {
      const options = { ...k, grow };
      const pairs = () =>
        collective === 'all-gather'
          ? gatherPairs(buildGatherForest(graph, options))
          : buildAllReduceForest(graph, options).pairs;
      return [options, pairs] as const;
    }),
  );
}

function blink(graph: LinkGraph): ReturnType<Growth> {
  return [0.9, 0.95, 0.99, 1].map(
    (share) => [{ share }, () => buildTreePackingForest(graph, { share }).pairs] as const,
  );
}

function oneHop(graph: LinkGraph, collective: TreeCollective): ReturnType<Growth> {
  return [[{}, () => starPairs(graph, buildOneHopTrees(graph), collective)]];
}

function cycle(graph: LinkGraph, collective: TreeCollective): ReturnType<Growth> {
  return [[{}, () => cyclePairs(graph, collective)]];
}

function ofTrees(
  name: string,
  source: string,
  canMake: (graph: LinkGraph, collective: ScheduledCollective) => boolean,
  growths: Growth,
): Synthesiser {
  const best = (graph: LinkGraph, collective: ScheduledCollective, work: SynthesisWork) =>
    bestTrees(
      graph,
      collective as TreeCollective,
      work,
      work.findings.of(name, () => grown(growths(graph, collective as TreeCollective))),
    );
  return { name, source, mostNpus: MOST_NPUS, canMake, best };
}

/** The different forests there are; what a graph does not allow is left out. */
function grown(growths: ReturnType<Growth>): Candidate[] {
  const known = new Set<string>();
  return growths.flatMap(([settings, grow]): Candidate[] => {
    try {
      const pairs = grow();
      const key = JSON.stringify(pairs);
      if (known.has(key)) return [];
      known.add(key);
      return [{ pairs, settings }];
    } catch (error) {
      if (error instanceof ConfigError) return [];
      throw error;
    }
  });
}

interface Trial {
  readonly candidate: Candidate;
  readonly pieces: number;
  readonly finishNs: number;
}

/**
 * Tries 1, 2, 4, ... pieces on each forest with the plain order, then improves the order of the best, of
 * twice as many pieces and of half as many.
 */
function bestTrees(
  graph: LinkGraph,
  collective: TreeCollective,
  { bytes, effort, controls }: SynthesisWork,
  candidates: readonly Candidate[],
): FoundSchedule | undefined {
  const share = (HOPS * effort) / candidates.length;
  const scheduleOf = ({ pairs }: Candidate, pieces: number) =>
    treeSchedule(pairs, collective, graph.npus, { bytes, pieces });
  const attempt = (candidate: Candidate, pieces: number): Trial => {
    const { schedule, keys } = scheduleOf(candidate, pieces);
    return { candidate, pieces, finishNs: playByKeys(schedule, graph, keys).finishNs };
  };
  const trials: Trial[] = [];
  let open = candidates.map((candidate) => ({
    candidate,
    hops: candidate.pairs.reduce((sum, { up, down }) => sum + hopsOf(up) + hopsOf(down), 0),
    most: Math.min(MOST_PIECES, Math.max(1, bytes / (LEAST_PIECE_BYTES * candidate.pairs.length))),
    best: Number.POSITIVE_INFINITY,
    worse: 0,
    played: 0,
  }));
  let best = Number.POSITIVE_INFINITY;
  for (let pieces = 1; open.length > 0; pieces *= 2) {
    checkIn(controls, Math.log2(2 * pieces) / (3 * Math.log2(MOST_PIECES)), trials[0]?.finishNs ?? 0);
    open = open.filter((one) => {
      one.played += pieces * one.hops;
      if (pieces > one.most || (pieces > 1 && one.played > share)) return false;
      const trial = attempt(one.candidate, pieces);
      trials.push(trial);
      one.worse = trial.finishNs < one.best ? 0 : trial.finishNs > MUCH * one.best ? 2 : one.worse + 1;
      one.best = Math.min(one.best, trial.finishNs);
      best = Math.min(best, one.best);
      return one.worse < 2;
    });
    // In some pieces all links are busy, and more of them help all forests alike.
    if (pieces >= SOME_PIECES) open = open.filter((one) => one.best <= FAR * best);
  }
  const byTime = (a: Trial, b: Trial) => a.finishNs - b.finishNs;
  const shortList = trials.sort(byTime).slice(0, SHORT_LIST);
  let found: { readonly trial: Trial; readonly starts: HopStarts } | undefined;
  for (const [k, trial] of shortList.entries()) {
    checkIn(controls, (1 + k / SHORT_LIST) / 2, found?.starts.finishNs ?? trial.finishNs);
    const { schedule, keys } = scheduleOf(trial.candidate, trial.pieces);
    const rounds = Math.floor((HOPS * effort) / (2 * SHORT_LIST * schedule.path.length));
    const starts = improveStarts(schedule, graph, keys, Math.min(Math.max(rounds, 1), MOST_ROUNDS));
    if (found === undefined || starts.finishNs < found.starts.finishNs) found = { trial, starts };
  }
  if (found === undefined) return undefined;
  const { candidate, pieces, finishNs: firstFinishNs } = found.trial;
  const settings = { ...candidate.settings, trees: candidate.pairs.length, pieces };
  return { ...keepOrder(found.starts, graph), firstFinishNs, settings };
}

function hopsOf(edges: TreePair['up']): number {
  return edges.reduce((sum, { path }) => sum + path.length, 0);
}
