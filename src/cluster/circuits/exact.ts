import { greedyPlan, improvePlan, simplePlans } from './heuristics.js';
import type { CircuitProblem } from './options.js';
import { type CircuitPlan, withoutIdle } from './plan.js';
import { bestTiming, type Tail, type Timing } from './timing.js';

export interface ExactSearch {
  /** The best plan found and its times. */
  readonly plan: CircuitPlan;
  readonly timing: Timing;
  /** No plan is faster than this, ns. Equal to the time if the search finished. */
  readonly lowerBoundNs: number;
  /** Number of partial plans examined. */
  readonly nodes: number;
}

/** Relative gains below this are not worth a search. */
const SAME = 1e-9;

/**
 * The optimum by branch and bound over the sets of switches, step by step. A linear program
 * bounds each partial plan: it covers its own steps and takes the optimum of
 * the later steps if every switch starts with the circuit it needs. Those optima come
 * from the same search, shortest tail first. Switches with the same past are equivalent, so only
 * their number matters.
 *
 * The published mixed-integer program compares the circuit of a step with that of the previous
 * step, not with what a switch holds. It charges a switch again that kept its circuit while
 * it was idle, and lets a switch send that was never set. Here a switch must change exactly if
 * its last use left another circuit, or it was never set.
 */
export function searchExact(problem: CircuitProblem, maxNodes: number): ExactSearch {
  const count = problem.steps.length;
  const least = new Array<number>(count + 1).fill(0);
  let nodes = 0;
  const { switches, bytesPerNs, latencyNs, reconfigurationNs } = problem;
  /** Bound of a tail before its search: its first step on all switches, then the rest. */
  const floor = (first: number) => {
    const bytes = problem.steps[first]?.bytes ?? 0;
    return bytes / (switches * bytesPerNs) + latencyNs + (least[first + 1] as number);
  };
  for (let first = count - 1; first > 0; first--) {
    least[first] = floor(first);
    const found = branch({ problem, first, blank: false, least: [...least] }, undefined, maxNodes - nodes);
    nodes += found.nodes;
    least[first] = found.lowerBoundNs;
  }
  least[0] = reconfigurationNs + floor(0);
  const start = improvePlan(problem, [...simplePlans(problem), greedyPlan(problem, 2)]);
  // In the linear program a participating switch must hold the circuit, even to send nothing.
  const found = branch({ problem, first: 0, blank: true, least }, withoutIdle(problem, start), maxNodes - nodes);
  return { ...found, nodes: nodes + found.nodes };
}

function branch(tail: Tail, start: CircuitPlan | undefined, maxNodes: number): ExactSearch {
  const { problem, first } = tail;
  const length = problem.steps.length - first;
  let plan = start ?? new Array<number>(length).fill(2 ** problem.switches - 1);
  let timing = bestTiming(tail, plan);
  let nodes = 0;
  /** Least bound of the branches skipped because the nodes ran out. */
  let open = Number.POSITIVE_INFINITY;

  const visit = (sets: readonly number[], bound: number): void => {
    if (bound >= timing.ns * (1 - SAME)) return;
    if (nodes >= maxNodes) {
      open = Math.min(open, bound);
      return;
    }
    const children = nextSets(tail, sets).map((set) => {
      nodes++;
      const longer = [...sets, set];
      return { longer, timing: bestTiming(tail, longer) };
    });
    children.sort((a, b) => a.timing.ns - b.timing.ns);
    for (const child of children) {
      if (child.longer.length < length) visit(child.longer, child.timing.ns);
      else if (child.timing.ns < timing.ns) {
        plan = child.longer;
        timing = child.timing;
      }
    }
  };
  visit([], bestTiming(tail, []).ns);
  return { plan, timing, lowerBoundNs: Math.min(open, timing.ns), nodes };
}

/** The sets for the next step, one of each kind: switches with the same past are of one kind. */
function nextSets({ problem, first }: Tail, sets: readonly number[]): number[] {
  const kinds = new Map<string, number[]>();
  for (let place = 0; place < problem.switches; place++) {
    const past = sets.map((set) => (set >> place) & 1).join('');
    const kind = kinds.get(past);
    if (kind === undefined) kinds.set(past, [place]);
    else kind.push(place);
  }
  let choices = [0];
  for (const [past, places] of kinds) {
    const most = mayBeUsed(problem, first, past) ? places.length : 0;
    choices = choices.flatMap((set) => {
      let grown = set;
      return [set, ...places.slice(0, most).map((place) => (grown |= 1 << place))];
    });
  }
  return choices.filter((set) => set !== 0);
}

/** False if a switch that still holds the circuit was idle in a step it could have served for free. */
function mayBeUsed({ steps }: CircuitProblem, first: number, past: string): boolean {
  const circuit = steps[first + past.length]?.circuit;
  const last = past.lastIndexOf('1');
  if (last === -1 || steps[first + last]?.circuit !== circuit) return true;
  return !steps.slice(first + last + 1, first + past.length).some((step) => step.circuit === circuit);
}
