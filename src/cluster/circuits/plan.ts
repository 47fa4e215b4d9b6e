import type { CircuitProblem } from './options.js';

/** Per step: the set of switches that may send, as bits. Never empty. */
export type CircuitPlan = readonly number[];

/** Less sending time than this, relative to the clock, is only rounding. */
const NOTHING = 1e-12;

/** Circuit and time of each switch. */
export interface SwitchState {
  /** When the last step ended everywhere. */
  readonly barrierNs: number;
  /** When each switch becomes idle. */
  readonly freeNs: readonly number[];
  /** The circuit of each switch; undefined before it is first set. */
  readonly circuits: readonly (number | undefined)[];
}

export function startState({ switches }: CircuitProblem): SwitchState {
  return {
    barrierNs: 0,
    freeNs: new Array<number>(switches).fill(0),
    circuits: new Array<undefined>(switches).fill(undefined),
  };
}

/** One switch in one step. */
export interface Transfer {
  readonly step: number;
  readonly switch: number;
  /** When the switch begins to change its circuit; absent if it holds the right one. */
  readonly reconfigureNs?: number;
  readonly startNs: number;
  readonly endNs: number;
  readonly bytes: number;
}

/**
 * Plays one step. A switch that holds another circuit starts to reconfigure as soon as it is
 * free, even while the previous step still runs on others. Bytes are split so that all switches
 * end together; a switch that is ready too late to send anything keeps its circuit.
 */
export function playStep(
  problem: CircuitProblem,
  state: SwitchState,
  index: number,
  set: number,
  record?: (transfer: Transfer) => void,
): SwitchState {
  const { bytesPerNs, latencyNs, reconfigurationNs, switches } = problem;
  const { bytes, circuit } = problem.steps[index] as CircuitProblem['steps'][number];
  const ready: { readonly place: number; readonly ns: number }[] = [];
  for (let place = 0; place < switches; place++) {
    if (!(set & (1 << place))) continue;
    const change = state.circuits[place] === circuit ? 0 : reconfigurationNs;
    ready.push({ place, ns: Math.max(state.barrierNs, (state.freeNs[place] as number) + change) });
  }
  ready.sort((a, b) => a.ns - b.ns || a.place - b.place);

  // As many switches as possible that all have something to send.
  let endNs = 0;
  let senders = 0;
  let sum = bytes / bytesPerNs;
  ready.forEach(({ ns }, i) => {
    sum += ns + latencyNs;
    const together = sum / (i + 1);
    if (together <= (ns + latencyNs) * (1 + NOTHING)) return;
    endNs = together;
    senders = i + 1;
  });

  const freeNs = [...state.freeNs];
  const circuits = [...state.circuits];
  for (const { place, ns } of ready.slice(0, senders)) {
    record?.({
      step: index,
      switch: place,
      ...(circuits[place] === circuit ? {} : { reconfigureNs: freeNs[place] as number }),
      startNs: ns,
      endNs,
      bytes: (endNs - ns - latencyNs) * bytesPerNs,
    });
    freeNs[place] = endNs;
    circuits[place] = circuit;
  }
  return { barrierNs: endNs, freeNs, circuits };
}

/** Plays a whole plan; returns the end of its last step, ns. */
export function planTime(problem: CircuitProblem, plan: CircuitPlan): number {
  let state = startState(problem);
  plan.forEach((set, index) => {
    state = playStep(problem, state, index, set);
  });
  return state.barrierNs;
}

/** When every switch does what, by step and switch. */
export function planTimeline(problem: CircuitProblem, plan: CircuitPlan): Transfer[] {
  const transfers: Transfer[] = [];
  let state = startState(problem);
  plan.forEach((set, index) => {
    state = playStep(problem, state, index, set, (transfer) => transfers.push(transfer));
  });
  return transfers.sort((a, b) => a.step - b.step || a.switch - b.switch);
}

/** The plan without switches that would have nothing to send. It takes the same time. */
export function withoutIdle(problem: CircuitProblem, plan: CircuitPlan): CircuitPlan {
  const sets = plan.map(() => 0);
  for (const { step, switch: place } of planTimeline(problem, plan)) sets[step] = (sets[step] as number) | (1 << place);
  return sets;
}
