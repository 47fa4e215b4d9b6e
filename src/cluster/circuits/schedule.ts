import { ConfigError, type Issue, show } from '../../base/errors.js';
import { searchExact } from './exact.js';
import { greedyPlan, improvePlan, oneShotPlan, simplePlans } from './heuristics.js';
import {
  type CircuitOptions,
  type CircuitProblem,
  type CircuitSearchName,
  type CircuitSearchOptions,
  readCircuitOptions,
  readCircuitSearch,
} from './options.js';
import { type CircuitPlan, planTimeline, type Transfer } from './plan.js';
import { idealTime, naiveTime, oneShotTime } from './reference-times.js';
import type { Timing } from './timing.js';

export interface CircuitTimes {
  /** End of the last step, ns. */
  readonly timeNs: number;
  /** When every switch does what. */
  readonly transfers: readonly Transfer[];
}

export interface CircuitSchedule extends CircuitTimes {
  /** Per step: the switches that send, numbered from 0. */
  readonly plan: readonly (readonly number[])[];
  /** `"bounded"`: the search ran out of nodes, and no schedule is faster than `lowerBoundNs`. */
  readonly quality:
    | { readonly kind: 'heuristic' }
    | { readonly kind: 'optimal'; readonly nodes: number }
    | { readonly kind: 'bounded'; readonly lowerBoundNs: number; readonly nodes: number };
  /** Time with all switches together, changing circuits between steps, ns. */
  readonly naiveNs: number;
  /** Time if circuits changed instantly, ns: no schedule is faster. */
  readonly idealNs: number;
  /** Time with separate switches for each circuit, set once, ns; absent if there are fewer switches than circuits. */
  readonly oneShotNs?: number;
}

/**
 * Decides when which optical switch changes to which circuit, so that the steps of a collective end
 * early (SWOT, arXiv 2510.19322). Every NPU has a port on each switch. A step may use
 * several switches, each with its own bandwidth and latency. A switch must hold the
 * circuit of the step, and cannot send while it changes. A step starts when the previous one has
 * ended everywhere, but idle switches may change earlier. At first no circuit
 * is set, and setting it counts (published figures omit this).
 *
 * In greedy and local search all switches of a step end together, except those that are
 * ready too late. The exact search also lets a switch stop early, to change circuits sooner.
 *
 * Not modelled: which pairs a circuit joins, contention for ports, chunks across steps.
 *
 * @throws ConfigError
 */
export function scheduleCircuits(options: CircuitSearchOptions): CircuitSchedule {
  const { problem, search, lookAhead, maxNodes } = readCircuitSearch(options);
  const oneShotNs = oneShotTime(problem);
  const references = {
    naiveNs: naiveTime(problem),
    idealNs: idealTime(problem),
    ...(oneShotNs === undefined ? {} : { oneShotNs }),
  };
  if (search === 'exact') {
    const { timing, lowerBoundNs, nodes } = searchExact(problem, maxNodes);
    const optimal = lowerBoundNs >= timing.ns;
    const transfers = exactTimeline(problem, timing);
    return {
      timeNs: timing.ns,
      transfers,
      plan: senders(problem, transfers),
      quality: optimal ? { kind: 'optimal', nodes } : { kind: 'bounded', lowerBoundNs, nodes },
      ...references,
    };
  }
  const plan = planOf(search, problem, lookAhead);
  const times = play(problem, plan);
  return { ...times, plan: senders(problem, times.transfers), quality: { kind: 'heuristic' }, ...references };
}

function planOf(search: Exclude<CircuitSearchName, 'exact'>, problem: CircuitProblem, lookAhead: number): CircuitPlan {
  switch (search) {
    case 'naive':
      return problem.steps.map(() => 2 ** problem.switches - 1);
    case 'one-shot':
      return oneShotPlan(problem);
    case 'greedy':
      return greedyPlan(problem, lookAhead);
    case 'local-search':
      return improvePlan(problem, [...simplePlans(problem), greedyPlan(problem, lookAhead)]);
  }
}

/**
 * Plays your own plan.
 *
 * @param plan per step the switches that may send, numbered from 0; at least one.
 * @throws ConfigError
 */
export function playCircuits(options: CircuitOptions, plan: readonly (readonly number[])[]): CircuitTimes {
  const problem = readCircuitOptions(options);
  const issues = planIssues(problem, plan);
  if (issues.length > 0) throw new ConfigError(issues);
  return play(
    problem,
    plan.map((set) => set.reduce((bits, place) => bits | (1 << place), 0)),
  );
}

function planIssues({ steps, switches }: CircuitProblem, plan: unknown): Issue[] {
  if (!Array.isArray(plan) || plan.length !== steps.length) {
    return [{ path: 'plan', expected: `a list of ${steps.length} sets of switches, one per step`, got: show(plan) }];
  }
  const known = (place: unknown) => Number.isInteger(place) && Number(place) >= 0 && Number(place) < switches;
  return plan.flatMap((set: unknown, step) => {
    if (Array.isArray(set) && set.length > 0 && set.every(known)) return [];
    return [{ path: `plan[${step}]`, expected: `switches from 0 to ${switches - 1}, at least one`, got: show(set) }];
  });
}

function play(problem: CircuitProblem, plan: CircuitPlan): CircuitTimes {
  const transfers = planTimeline(problem, plan);
  return { timeNs: transfers.at(-1)?.endNs ?? 0, transfers };
}

/** The switches that send in each step. */
function senders({ steps }: CircuitProblem, transfers: readonly Transfer[]): number[][] {
  return steps.map((_, step) => transfers.flatMap((transfer) => (transfer.step === step ? [transfer.switch] : [])));
}

/**
 * Starts every switch as early as possible. With time to spare the linear program may send more
 * than the step has, so sending times are cut to its bytes.
 */
function exactTimeline(problem: CircuitProblem, { sendingNs, ns }: Timing): Transfer[] {
  const { steps, switches, bytesPerNs, latencyNs, reconfigurationNs } = problem;
  const transfers: Transfer[] = [];
  const freeNs = new Array<number>(switches).fill(0);
  const circuits = new Array<number | undefined>(switches).fill(undefined);
  let barrierNs = 0;
  steps.forEach(({ bytes, circuit }, step) => {
    // A tiny rest of a use that sends nothing is rounding.
    const found = sendingNs.map((list) => list[step] as number);
    const nothing = Math.min(1e-12 * ns, Math.max(...found) / 2);
    const times = found.map((time) => (time > nothing ? time : 0));
    const cut = bytes / bytesPerNs / times.reduce((sum, time) => sum + time, 0);
    let lastNs = barrierNs;
    times.forEach((time, place) => {
      if (time === 0) return;
      const free = freeNs[place] as number;
      const change = circuits[place] !== circuit;
      const startNs = Math.max(barrierNs, change ? free + reconfigurationNs : free);
      const endNs = startNs + time * cut + latencyNs;
      const reconfigure = change ? { reconfigureNs: free } : {};
      transfers.push({ step, switch: place, ...reconfigure, startNs, endNs, bytes: time * cut * bytesPerNs });
      freeNs[place] = endNs;
      circuits[place] = circuit;
      lastNs = Math.max(lastNs, endNs);
    });
    barrierNs = lastNs;
  });
  return transfers;
}
