import type { CircuitProblem } from './options.js';
import { type CircuitPlan, planTime, playStep, type SwitchState, startState } from './plan.js';

/** Times closer than this, relative, are the same: sums of equal parts differ in their last bits. */
const SAME = 1e-9;

/** Whether a is clearly less than b. */
function less(a: number, b: number): boolean {
  return a < b * (1 - SAME);
}

/** All sets of switches: fewest switches first, then the lowest numbers. */
export function setsInOrder(switches: number): number[] {
  const members = (set: number) => Array.from({ length: switches }, (_, place) => place).filter((p) => set & (1 << p));
  return Array.from({ length: 2 ** switches - 1 }, (_, i) => i + 1)
    .map((set) => ({ set, places: members(set) }))
    .sort((a, b) => a.places.length - b.places.length || compareLists(a.places, b.places))
    .map(({ set }) => set);
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  const differs = a.findIndex((value, i) => value !== b[i]);
  return differs === -1 ? 0 : (a[differs] as number) - (b[differs] as number);
}

/**
 * Chooses step by step the set of switches with which this step and the next `lookAhead` - 1, chosen
 * best, end first; among equal ones the smallest set, then the lowest numbers.
 */
export function greedyPlan(problem: CircuitProblem, lookAhead: number): CircuitPlan {
  const sets = setsInOrder(problem.switches);
  let state = startState(problem);
  return problem.steps.map((_, index) => {
    let best: { set: number; ns: number; next: SwitchState } | undefined;
    for (const set of sets) {
      const next = playStep(problem, state, index, set);
      const ns = earliestEnd(problem, sets, next, index + 1, lookAhead - 1);
      if (best === undefined || less(ns, best.ns)) best = { set, ns, next };
    }
    state = best?.next ?? state;
    return best?.set ?? 0;
  });
}

function earliestEnd(
  problem: CircuitProblem,
  sets: readonly number[],
  state: SwitchState,
  index: number,
  depth: number,
): number {
  if (depth === 0 || index === problem.steps.length) return state.barrierNs;
  return sets.reduce((least, set) => {
    const next = playStep(problem, state, index, set);
    // Steps only add time.
    return next.barrierNs >= least ? least : Math.min(least, earliestEnd(problem, sets, next, index + 1, depth - 1));
  }, Number.POSITIVE_INFINITY);
}

/** Starting plans: all switches together, separate switches for each circuit, and alternating halves. */
export function simplePlans({ steps, switches }: CircuitProblem): CircuitPlan[] {
  const all = 2 ** switches - 1;
  const circuits = [...new Set(steps.map(({ circuit }) => circuit))];
  const owned = circuits.map((_, c) => {
    let set = 0;
    for (let place = 0; place < switches; place++) if (place % circuits.length === c) set |= 1 << place;
    return set === 0 ? 1 << (c % switches) : set;
  });
  const half = 2 ** Math.max(1, Math.floor(switches / 2)) - 1;
  const other = switches === 1 ? half : all ^ half;
  return [
    steps.map(() => all),
    steps.map(({ circuit }) => owned[circuits.indexOf(circuit)] as number),
    steps.map((_, i) => (i % 2 === 0 ? half : other)),
  ];
}

/** Equally many switches for each circuit, set once. */
export function oneShotPlan({ steps, switches }: CircuitProblem): CircuitPlan {
  const circuits = [...new Set(steps.map(({ circuit }) => circuit))];
  const each = Math.floor(switches / circuits.length);
  return steps.map(({ circuit }) => (2 ** each - 1) << (each * circuits.indexOf(circuit)));
}

/**
 * The best plan that steepest descent reaches from any of `starts`: it makes the best change to
 * one step or, if that does not help, to two neighbours, as long as the plan gets faster.
 */
export function improvePlan(problem: CircuitProblem, starts: readonly CircuitPlan[]): CircuitPlan {
  const sets = setsInOrder(problem.switches);
  let best: CircuitPlan = [];
  let bestNs = Number.POSITIVE_INFINITY;
  for (const start of starts) {
    const found = climb(problem, sets, start);
    if (less(found.ns, bestNs)) {
      best = found.plan;
      bestNs = found.ns;
    }
  }
  return best;
}

function climb(problem: CircuitProblem, sets: readonly number[], start: CircuitPlan) {
  let plan = start;
  let ns = planTime(problem, plan);
  for (;;) {
    const next = steepest(problem, oneStep(plan, sets), ns) ?? steepest(problem, twoSteps(plan, sets), ns);
    if (next === undefined) return { plan, ns };
    ({ plan, ns } = next);
  }
}

/** The fastest of the candidates, if it is faster than `ns`. */
function steepest(problem: CircuitProblem, candidates: Iterable<CircuitPlan>, ns: number) {
  let best: { readonly plan: CircuitPlan; readonly ns: number } | undefined;
  for (const plan of candidates) {
    const time = planTime(problem, plan);
    if (less(time, best?.ns ?? ns)) best = { plan, ns: time };
  }
  return best;
}

function* oneStep(plan: CircuitPlan, sets: readonly number[]): Generator<CircuitPlan> {
  for (let i = 0; i < plan.length; i++) for (const set of sets) yield plan.with(i, set);
}

function* twoSteps(plan: CircuitPlan, sets: readonly number[]): Generator<CircuitPlan> {
  for (let i = 0; i + 1 < plan.length; i++) {
    for (const one of sets) for (const two of sets) yield plan.with(i, one).with(i + 1, two);
  }
}
