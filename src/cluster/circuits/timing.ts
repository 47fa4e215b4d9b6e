import type { CircuitProblem } from './options.js';
import { maximise } from './simplex.js';

/** The last steps of a problem, from `first` on. */
export interface Tail {
  readonly problem: CircuitProblem;
  readonly first: number;
  /** Whether switches start without circuits. If not, each starts with the circuit it needs. */
  readonly blank: boolean;
  /** Shortest times of all later tails: `least[i]` of the steps from i on. 0 after the last. */
  readonly least: readonly number[];
}

export interface Timing {
  /** Shortest time of the whole tail, or a lower bound while sets are missing, ns. */
  readonly ns: number;
  /** How long each switch sends in each step, ns; 0 if it does not. Adds up to the bytes of a step or more. */
  readonly sendingNs: readonly (readonly number[])[];
}

/**
 * The best times for known sets of switches, as a linear program. With D the durations of steps
 * and x the sending times, the x of a step add up to bytes / bandwidth; and wherever a switch
 * changes circuits from use to use, the D from the first such step to the last must cover all its x,
 * latencies and changes. Switches may stop early, to change circuits while others still send.
 *
 * It solves the dual, whose limits are 0 and 1, so the simplex method can start at once.
 *
 * @param sets of the first steps of the tail; the times of shorter tails bound the later ones.
 */
export function bestTiming(tail: Tail, sets: readonly number[]): Timing {
  const known = sets.length;
  let height = known + 1;
  const uses = Array.from({ length: tail.problem.switches }, (_, place) =>
    sets.flatMap((set, step) => (set & (1 << place) ? [{ step, row: height++ }] : [])),
  );
  const columns = [
    ...stepColumns(tail, known, uses),
    ...tailColumns(tail, known),
    ...uses.flatMap((list) => chainColumns(tail, list)),
  ];
  const rows = new Float64Array(height * columns.length);
  columns.forEach(({ entries }, c) => {
    for (const [row, value] of entries) rows[row * columns.length + c] = value;
  });
  const limits = Array.from({ length: height }, (_, row) => (row <= known ? 1 : 0));
  const scale = columns.reduce((most, { worth }) => Math.max(most, worth), 0) || 1;
  const { value, prices } = maximise({ objective: columns.map(({ worth }) => worth / scale), rows, limits });
  return {
    ns: value * scale,
    sendingNs: uses.map((list) => {
      const sending = new Array<number>(known).fill(0);
      for (const { step, row } of list) sending[step] = (prices[row] as number) * scale;
      return sending;
    }),
  };
}

/** One switch in one step, and its row. Before these come one row per step and one for all later steps. */
interface Use {
  readonly step: number;
  readonly row: number;
}

/** A variable of the dual: a condition on durations and sending times, and the time it demands. */
interface Column {
  readonly worth: number;
  readonly entries: readonly (readonly [row: number, value: number])[];
}

/** The bytes of every step are sent. */
function stepColumns({ problem, first }: Tail, known: number, uses: readonly (readonly Use[])[]): Column[] {
  return problem.steps.slice(first, first + known).map(({ bytes }, step) => ({
    worth: bytes / problem.bytesPerNs,
    entries: uses.flat().flatMap((use) => (use.step === step ? [[use.row, 1] as const] : [])),
  }));
}

/** From every step on, the tail takes at least as long as the shorter tail. */
function tailColumns({ first, least }: Tail, known: number): Column[] {
  return Array.from({ length: known + 1 }, (_, step) => ({
    worth: least[first + step] as number,
    entries: span(step, known),
  }));
}

/** Between two barriers a switch has time for all its uses and changes. */
function chainColumns({ problem, first, blank }: Tail, uses: readonly Use[]): Column[] {
  const { steps, latencyNs, reconfigurationNs } = problem;
  const circuitOf = (use: Use) => steps[first + use.step]?.circuit;
  /** Chains from use `u` on, as long as the circuit changes: where it does not, a barrier is in between. */
  const chains = (u: number, startsAt: number, startNs: number): Column[] => {
    const columns: Column[] = [];
    const sending: (readonly [number, number])[] = [];
    let worth = startNs;
    for (let last = u; last < uses.length; last++) {
      const use = uses[last] as Use;
      if (last > u) {
        if (circuitOf(use) === circuitOf(uses[last - 1] as Use)) break;
        worth += reconfigurationNs;
      }
      worth += latencyNs;
      sending.push([use.row, -1]);
      columns.push({ worth, entries: [...sending, ...span(startsAt, use.step)] });
    }
    return columns;
  };
  const fromBarriers = uses.flatMap(({ step }, u) => chains(u, step, 0));
  return blank ? [...fromBarriers, ...chains(0, 0, reconfigurationNs)] : fromBarriers;
}

function span(from: number, to: number): (readonly [number, number])[] {
  return Array.from({ length: to - from + 1 }, (_, i) => [from + i, 1] as const);
}
