import type { CircuitProblem } from './options.js';
import { maximise } from './simplex.js';

/** The last steps of a problem, from `first` on. */
export interface Tail {
  readonly problem: CircuitProblem;
  readonly first: number;
  /** Whether switches hold nothing at first. If not, each starts with the circuit it needs. */
  readonly blank: boolean;
  /** Shortest times of all later tails: `least[i]` of the steps from i on. 0 after the last. */
  readonly least: readonly number[];
}

export interface Timing {
  /** Shortest time of the whole tail, or a bound below it while sets are missing, ns. */
  readonly ns: number;
  /** Duration of each step, ns. */
  readonly durationsNs: readonly number[];
  /** For how long each switch sends in each step, ns; 0 where it does not. */
  readonly sendingNs: readonly (readonly number[])[];
}

/**
 * The best times for known sets of switches, as a linear program. With D the durations of steps
 * and x the sending times, x of a step add up to bytes / bandwidth, and wherever a switch
 * changes circuits from use to use, the D from the first such step to the last hold all its x,
 * latencies and changes. Switches may stop early, to change circuits while others still send.
 *
 * What is solved is the dual: its limits are 0 and 1, so the simplex method can start at once.
 *
 * @param sets of the first steps of the tail; later ones are bounded by the times of shorter tails.
 */
export function bestTiming({ problem, first, blank, least }: Tail, sets: readonly number[]): Timing {
  const { steps, switches, bytesPerNs, latencyNs, reconfigurationNs } = problem;
  const known = sets.length;
  // Rows: one per step, one for all that follows, one per use of a switch.
  const uses: { readonly step: number; readonly place: number }[][] = [];
  let height = known + 1;
  const rowOfUse: number[][] = [];
  for (let place = 0; place < switches; place++) {
    const list = sets.flatMap((set, step) => (set & (1 << place) ? [{ step, place }] : []));
    uses.push(list);
    rowOfUse.push(list.map(() => height++));
  }
  const objective: number[] = [];
  const columns: (readonly (readonly [row: number, value: number])[])[] = [];
  const span = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => [from + i, 1] as const);

  sets.forEach((_, step) => {
    objective.push((steps[first + step] as CircuitProblem['steps'][number]).bytes / bytesPerNs);
    columns.push(
      uses.flatMap((list, p) =>
        list.flatMap((use, u) => (use.step === step ? [[rowOfUse[p]?.[u] as number, 1] as const] : [])),
      ),
    );
  });
  for (let step = 0; step <= known; step++) {
    objective.push(least[first + step] as number);
    columns.push(span(step, known));
  }
  uses.forEach((list, p) => {
    const chain = (from: number, startsAt: number, changes: number) => {
      let cost = changes * reconfigurationNs;
      const covered: (readonly [number, number])[] = [];
      for (let u = from; u < list.length; u++) {
        const { step } = list[u] as { step: number };
        const before = list[u - 1];
        if (u > from && before !== undefined) {
          if (steps[first + before.step]?.circuit === steps[first + step]?.circuit) return;
          cost += reconfigurationNs;
        }
        cost += latencyNs;
        covered.push([rowOfUse[p]?.[u] as number, -1]);
        objective.push(cost);
        columns.push([...covered, ...span(startsAt, step)]);
      }
    };
    list.forEach(({ step }, u) => {
      chain(u, step, 0);
    });
    if (blank) chain(0, 0, 1);
  });

  const rows = new Float64Array(height * columns.length);
  columns.forEach((column, c) => {
    for (const [row, value] of column) rows[row * columns.length + c] = value;
  });
  const limits = Array.from({ length: height }, (_, row) => (row <= known ? 1 : 0));
  const scale = objective.reduce((most, value) => Math.max(most, value), 0) || 1;
  const { value, prices } = maximise({ objective: objective.map((v) => v / scale), rows, limits });
  return {
    ns: value * scale,
    durationsNs: prices.slice(0, known).map((price) => price * scale),
    sendingNs: uses.map((list, p) => {
      const sending = new Array<number>(known).fill(0);
      list.forEach(({ step }, u) => {
        sending[step] = (prices[rowOfUse[p]?.[u] as number] as number) * scale;
      });
      return sending;
    }),
  };
}
