import * as v from 'valibot';
import { ConfigError } from '../../base/errors.js';
import { keys, parse, whole } from '../../base/validate.js';
import type { LinkGraph } from '../../topology/link-graph.js';
import { reverseGraph } from '../../topology/reverse-graph.js';
import { checkGraph } from '../checked-graph.js';
import { checkIn, controlEntries, type SynthesisControls } from '../progress.js';
import { replay } from '../replay.js';
import { reverseSchedule } from '../reversal.js';
import { checkScheduled, type ScheduledCollective } from '../schedule-check.js';
import { hierarchical } from './hierarchical.js';
import { hicclSearch, tacclSearch, tacosBatches, tacosSearch } from './matching.js';
import { symmetric } from './symmetric.js';
import { type Findings, type FoundSchedule, mostNpusFor, noFindings, type Synthesiser } from './synthesiser.js';
import { TREE_SYNTHESISERS } from './trees.js';

export interface PortfolioOptions extends SynthesisControls {
  /** Size of the whole buffer, a whole number above 0. */
  readonly bytes: number;
  /** Seed of everything random. Default 0. */
  readonly seed?: number;
  /** How much work to put in, in multiples of the default 1: some tenths of a second for 8 to 16 NPUs. */
  readonly effort?: number;
}

/** The best schedule of one synthesiser. */
export interface PortfolioEntry extends FoundSchedule {
  readonly name: string;
  readonly source: string;
}

/** Every synthesiser there is. */
export const SYNTHESISERS: readonly Synthesiser[] = [
  ...TREE_SYNTHESISERS,
  tacosSearch,
  tacosBatches,
  tacclSearch,
  hicclSearch,
  symmetric,
  hierarchical,
];

const positive = v.pipe(v.number('a number above 0'), v.finite('a number above 0'), v.gtValue(0, 'a number above 0'));

const schema = keys({
  bytes: whole(1, Number.MAX_SAFE_INTEGER),
  seed: v.optional(whole(0, Number.MAX_SAFE_INTEGER), 0),
  effort: v.optional(positive, 1),
  ...controlEntries,
});

/**
 * The best schedule of every synthesiser that can make a collective on a graph, the shortest first,
 * by replay on a store-and-forward network. The same options give the same schedules.
 *
 * @throws ConfigError on what is no graph or not connected, for an unknown collective, for options out of range, and
 * for more NPUs than any synthesiser is tried on: 1,152 for an all-gather, a reduce-scatter and an all-reduce, 141 for others.
 * @throws SimulationError when aborted.
 */
export function synthesise(
  graph: LinkGraph,
  collective: ScheduledCollective,
  options: PortfolioOptions,
  synthesisers: readonly Synthesiser[] = SYNTHESISERS,
  findings: Findings = noFindings(),
): readonly PortfolioEntry[] {
  checkGraph(graph);
  checkScheduled(collective);
  const { bytes, seed, effort } = parse(schema, options);
  const { signal, onProgress } = options;
  if (collective === 'reduce-scatter') return scattered(graph, options, synthesisers, findings);
  const able = ableTo(graph, collective, effort, synthesisers);
  const entries = able.flatMap(({ name, source, best }, k): PortfolioEntry[] => {
    checkIn(options, k / able.length, 0);
    const onPart = (done: number) => onProgress?.((k + done) / able.length);
    const controls = { onProgress: onPart, ...(signal === undefined ? {} : { signal }) };
    const found = best(graph, collective, { bytes, seed, effort, controls, findings });
    return found === undefined ? [] : [{ name, source, ...found }];
  });
  return entries.sort((a, b) => a.finishNs - b.finishNs);
}

/** @throws ConfigError where only the number of NPUs is in the way. */
function ableTo(
  graph: LinkGraph,
  collective: ScheduledCollective,
  effort: number,
  synthesisers: readonly Synthesiser[],
): readonly Synthesiser[] {
  const able = synthesisers.filter((synthesiser) => synthesiser.canMake(graph, collective));
  const most = able.reduce((npus, synthesiser) => Math.max(npus, mostNpusFor(synthesiser, effort)), 0);
  if (able.length > 0 && graph.npus > most) {
    const expected = `at most ${most} with effort ${effort}: schedules for more take too long`;
    throw new ConfigError([{ path: 'graph.npus', expected, got: String(graph.npus) }]);
  }
  return able.filter((synthesiser) => graph.npus <= mostNpusFor(synthesiser, effort));
}

/** A reduce-scatter is an all-gather on the reversed graph, played backwards: it takes the same time. */
function scattered(
  graph: LinkGraph,
  options: PortfolioOptions,
  synthesisers: readonly Synthesiser[],
  findings: Findings,
): readonly PortfolioEntry[] {
  return synthesise(reverseGraph(graph), 'all-gather', options, synthesisers, findings).map((entry) => {
    const schedule = reverseSchedule(entry.schedule, graph);
    return { ...entry, schedule, finishNs: replay(schedule, graph, { order: 'planned' }).finishNs };
  });
}
