import type { LinkGraph } from '../../topology/link-graph.js';
import { balancedOrders } from '../hierarchy/balance.js';
import { composeLevels, type LevelComposition, type LevelOrder } from '../hierarchy/compose-levels.js';
import { type Hierarchy, hierarchies } from '../hierarchy/hierarchies.js';
import { type Level, levelsOf } from '../hierarchy/levels.js';
import { type LinePlan, LinePlans, type PhaseKind } from '../hierarchy/line-plans.js';
import { improveOrder, type OrderedSchedule } from '../improve-order.js';
import { playByKeys } from '../list-order.js';
import { checkIn } from '../progress.js';
import type { TransferSchedule } from '../schedule.js';
import type { KeyedSchedule } from '../tree-schedule.js';
import { tacosSearch } from './matching.js';
import { symmetric } from './symmetric.js';
import { type FoundSchedule, noFindings, type Synthesiser, type SynthesisWork } from './synthesiser.js';
import { TREE_SYNTHESISERS } from './trees.js';

/** Of the effort, what goes into one line: the composition searches pieces and orders itself. */
const LINE_EFFORT = 0.001;
/** NPUs of a line up to which trees are packed and chunks matched; those of longer ones go round, or straight to each other. */
const MOST_FOR_ALL = 40;
/** NPUs of a line up to which trees are all there is to find. */
const FEW = 3;
/** NPUs that the lines of one level may have. */
const LONGEST_LINE = 130;
/** Hierarchies that are tried. */
const MOST_HIERARCHIES = 8;
/** Of more NPUs than `MANY`, hierarchies that are tried. */
const MOST_HIERARCHIES_OF_MANY = 3;
/** Compositions that are tried in more pieces. */
const SHORT_LIST = 3;
/** Hops that may be played for this, with effort 1. */
const HOPS = 160_000;
/** An NPU's share of a piece is at least this large: real links could not pay for smaller ones. */
const LEAST_PIECE_BYTES = 256;
/** Part of the data that must have another order than from inside out: less gains nothing. */
const LEAST_PART = 0.15;
/** Twice as many pieces have to be this much faster for twice as many again. */
const GAIN = 1.01;
/** Pieces that compositions are compared with. */
const FIRST_PIECES = 4;
const MOST_ROUNDS = 4;
/** Where one piece takes all of these, so many more may still be played. */
const LEAST_DEEPER = 12;
/** Messages that a composition in pieces may have, with effort 1. */
const MOST_MESSAGES = 520_000;
/** Beyond these NPUs an all-gather sends together what takes the same way, which files in MSCCL's format cannot say. */
const MANY = 141;

/** The best of the others for each level of the network, put together. */
export const hierarchical: Synthesiser = {
  name: 'hierarchical',
  source: 'the best schedule of each level of the network, composed, in pieces',
  mostNpus: 1152,
  canMake: ({ npus }, collective) => (collective === 'all-gather' || collective === 'all-reduce') && npus >= 4,
  best: (graph, collective, work) => bestComposition(graph, collective as 'all-gather' | 'all-reduce', work),
};

interface Candidate {
  readonly hierarchy: Hierarchy;
  readonly levels: readonly Level[];
  readonly orders: readonly LevelOrder[];
}

interface Trial {
  readonly candidate: Candidate;
  readonly pieces: number;
  readonly finishNs: number;
  /** Of one piece. */
  readonly hops: number;
  readonly messages: number;
}

function bestComposition(
  graph: LinkGraph,
  collective: 'all-gather' | 'all-reduce',
  work: SynthesisWork,
): FoundSchedule | undefined {
  const { bytes, effort, controls } = work;
  const search = new Search(graph, collective, work);
  const candidates = search.candidates();
  const trials: Trial[] = [];
  let hopsLeft = HOPS * effort;
  const attempt = (candidate: Candidate, pieces: number, { hops, messages } = { hops: 0, messages: 0 }): Trial[] => {
    if (pieces > 1 && bytes < LEAST_PIECE_BYTES * pieces * graph.npus) return [];
    hopsLeft -= pieces * hops;
    if (pieces > 1 && pieces * messages > MOST_MESSAGES * Math.max(effort, 1)) return [];
    const trial = pieces > 1 && hopsLeft < 0 ? undefined : search.attempt(candidate, pieces);
    if (trial === undefined) return [];
    trials.push(trial);
    return [trial];
  };
  let list = candidates.flatMap((candidate, k) => {
    checkIn(controls, k / (2 * candidates.length), 0);
    const whole = attempt(candidate, 1);
    // What takes long in one piece may be the best in several, so all are tried in some.
    const some = whole.flatMap((one) => attempt(candidate, FIRST_PIECES, one));
    return some.length > 0 ? some : whole;
  });
  const byTime = (a: Trial, b: Trial) => a.finishNs - b.finishNs;
  list.sort(byTime);
  hopsLeft = Math.max(HOPS * effort, LEAST_DEEPER * (list[0]?.hops ?? 0));
  // Twice as many pieces for ever fewer: the shortest go on for as long as it pays.
  let best = Number.POSITIVE_INFINITY;
  for (let left = SHORT_LIST; (list[0]?.finishNs ?? best) * GAIN < best; left = Math.max(1, left - 1)) {
    best = list[0]?.finishNs ?? best;
    checkIn(controls, 1 - 0.1 * left, best);
    list = list.slice(0, left).flatMap((trial) => attempt(trial.candidate, 2 * trial.pieces, trial));
    list.sort(byTime);
  }
  const [first] = trials.sort(byTime);
  const composed = first && search.compose(first.candidate, first.pieces);
  if (first === undefined || composed === undefined) return undefined;
  const rounds = Math.min(MOST_ROUNDS, Math.floor((HOPS * effort) / (2 * composed.keys.length)));
  const better = improveOrder(composed.schedule, graph, composed.keys, rounds);
  const { sizes } = first.candidate.hierarchy;
  const orders = first.candidate.orders.map(({ levels, bytes: part }) => ({ levels, part: part / bytes }));
  const settings = { levels: sizes, orders, pieces: first.pieces };
  return { ...better, firstFinishNs: first.finishNs, settings };
}

class Search {
  private readonly plans: LinePlans;

  constructor(
    private readonly graph: LinkGraph,
    private readonly collective: 'all-gather' | 'all-reduce',
    private readonly work: SynthesisWork,
  ) {
    this.plans = new LinePlans((line, kind, bytes) => shortest(graph.npus > MANY, line, kind, { ...work, bytes }));
  }

  candidates(): Candidate[] {
    const { graph } = this;
    const found: Candidate[] = [];
    const isMany = graph.npus > MANY;
    const sum = ({ sizes }: Hierarchy) => sizes.reduce((total, size) => total + size, 0);
    // Messages are as many as the sum of sizes, steps as the levels: of many NPUs messages count more.
    const rank = (one: Hierarchy) => (isMany ? sum(one) : one.isByBandwidth ? 0 : one.sizes.length);
    const all = hierarchies(graph)
      .filter(({ sizes }) => Math.max(...sizes) <= LONGEST_LINE)
      .sort((a, b) => rank(a) - rank(b) || sum(a) - sum(b));
    const most = isMany ? MOST_HIERARCHIES_OF_MANY : MOST_HIERARCHIES;
    let tried = 0;
    for (const hierarchy of all) {
      if (tried >= most) break;
      const levels = levelsOf(graph, hierarchy);
      if (levels === undefined) continue;
      tried++;
      found.push(...this.inOrders(hierarchy, levels));
    }
    return found;
  }

  attempt(candidate: Candidate, pieces: number): Trial | undefined {
    const composed = this.compose(candidate, pieces);
    if (composed === undefined) return undefined;
    const { schedule, keys } = composed;
    const { finishNs } = playByKeys(schedule, this.graph, keys);
    return { candidate, pieces, finishNs, hops: keys.length / pieces, messages: schedule.chunk.length / pieces };
  }

  compose(candidate: Candidate, pieces: number): KeyedSchedule | undefined {
    const { collective } = this;
    const single = collective === 'all-gather' && this.graph.npus <= MANY;
    return composeLevels({ ...candidate, collective, pieces, single, planOf: this.planOf(candidate) });
  }

  /** The levels from inside out, and all of them by turns where that keeps them busier. */
  private inOrders(hierarchy: Hierarchy, levels: readonly Level[]): Candidate[] {
    const { bytes } = this.work;
    const inwardsOut = hierarchy.sizes.map((_, level) => level);
    const whole = [{ levels: inwardsOut, bytes }];
    const busy: number[] = [];
    for (const level of inwardsOut) {
      const plans = levels[level]?.map((line) => this.plan(hierarchy, whole, level, line, 'all-gather')) ?? [];
      if (plans.includes(undefined)) return [];
      busy.push(Math.max(...plans.map((plan) => plan?.busyNsPerByte ?? 0)));
    }
    const balanced = balancedOrders(hierarchy.sizes, busy).map(({ levels: order, part }) => ({
      levels: order,
      bytes: Math.floor(bytes * part),
    }));
    const rest = bytes - balanced.reduce((sum, order) => sum + order.bytes, 0);
    const [first, ...others] = balanced;
    const orders = first === undefined ? [] : [{ ...first, bytes: first.bytes + rest }, ...others];
    const all = { hierarchy, levels, orders: whole };
    const isWorthIt = others.reduce((sum, { bytes: part }) => sum + part, 0) > LEAST_PART * bytes;
    return !isWorthIt ? [all] : [all, { hierarchy, levels, orders }];
  }

  private planOf({ hierarchy, orders }: Omit<Candidate, 'levels'>): LevelComposition['planOf'] {
    return (level, line, kind) => this.plan(hierarchy, orders, level, line, kind) as LinePlan;
  }

  /** Made for the most data that any order gives the level: what the levels before it leave. */
  private plan(
    { sizes }: Hierarchy,
    orders: readonly LevelOrder[],
    level: number,
    line: Level[number],
    kind: PhaseKind,
  ): LinePlan | undefined {
    const data = orders.map(({ levels, bytes }) => {
      const before = levels.slice(0, levels.indexOf(level));
      return before.reduce((left, one) => left / (sizes[one] as number), bytes);
    });
    return this.plans.planOf(line, kind, Math.max(sizes[level] as number, Math.round(Math.max(...data))));
  }
}

/** The shortest schedule for a line with one try of everything; of a network of many NPUs only what cuts data into few parts. */
function shortest(
  isMany: boolean,
  graph: LinkGraph,
  collective: 'all-gather' | 'all-reduce',
  work: SynthesisWork,
): TransferSchedule | undefined {
  const simple = TREE_SYNTHESISERS.filter(({ name }) => name === 'one-hop' || name === 'cycle');
  const trees = isMany ? simple : TREE_SYNTHESISERS;
  const others = graph.npus <= FEW ? [] : [tacosSearch, symmetric];
  const all = graph.npus <= MOST_FOR_ALL ? [...trees, ...others] : simple;
  const findings = noFindings();
  const found = all
    .filter((synthesiser) => synthesiser.canMake(graph, collective))
    .map((synthesiser) =>
      synthesiser.best(graph, collective, { ...work, effort: LINE_EFFORT, controls: {}, findings }),
    );
  let best: OrderedSchedule | undefined;
  for (const one of found) if (one !== undefined && (best === undefined || one.finishNs < best.finishNs)) best = one;
  return best?.schedule;
}
