import {
  COMPUTE,
  COPY,
  MARK,
  RECEIVE,
  RECONFIGURE,
  REDUCE,
  SEND,
  type StepProgram,
} from '../../collectives/step-program.js';
import { copyNs, type Endpoint, reductionNs } from '../../costs/endpoint.js';
import type { Phase } from '../../plan/phases.js';
import { delayTo } from '../../topology/logical-dimension.js';
import type { RankMap } from '../folding.js';
import { ALL_SWITCHES } from './circuits.js';
import type { Lane, Player, Services } from './lane.js';
import { StepState } from './step-state.js';
import { Ways } from './ways.js';

/** Replaces the count of steps that a receive still needs, once it is posted. */
const POSTED = -1;

/**
 * Plays a {@link StepProgram} for any rank. Ready steps start in passes, each in ascending
 * number; steps that a pass makes ready start in the next one. That follows at once, but after a mark
 * it waits for a running step to end, if any runs.
 */
export class StepPlayer implements Player {
  readonly phase: Phase;
  readonly map: RankMap;
  readonly pairwise = false;
  readonly countsMessages = false;
  private readonly program: StepProgram;
  private readonly endpoint: Endpoint;
  /** Delays of sends without congestion, ns. */
  private readonly delays: Float64Array;
  /** Receives that serve lines of several messages. */
  private readonly shared: ReadonlySet<number>;
  /** Per chunk: the program's fixed ways and whose turn it is on them. */
  private readonly ways: (Ways | undefined)[] = [];

  constructor(phase: Phase, program: StepProgram, map: RankMap, endpoint: Endpoint) {
    this.phase = phase;
    this.map = map;
    this.program = program;
    this.endpoint = endpoint;
    const { does, peer, bytes, first, meets } = program;
    this.delays = new Float64Array(does.length);
    const shared = new Set<number>();
    for (let rank = 0; rank < program.ranks; rank++) {
      const end = first[rank + 1] as number;
      for (let step = first[rank] as number; step < end; step++) {
        if (does[step] === SEND) {
          const offset = (peer[step] as number) - rank;
          // A message to the rank itself has no delay.
          this.delays[step] = offset === 0 ? 0 : delayTo(phase.dimension, offset, bytes[step] as number);
        } else if (does[step] === RECEIVE && meets[step] !== step) {
          shared.add(meets[step] as number);
        }
      }
    }
    this.shared = shared;
  }

  begin(lane: Lane, services: Services): void {
    const { first, needs } = this.program;
    const base = first[lane.rank] as number;
    const end = first[lane.rank + 1] as number;
    const state = new StepState(needs.slice(base, end));
    lane.steps = state;
    for (let step = base; step < end; step++) if (needs[step] === 0) state.ready[state.count++] = step;
    this.pass(lane, state, services);
  }

  paid(lane: Lane, step: number, services: Services): void {
    if (this.program.does[step] !== SEND) {
      this.over(lane, step, services);
      return;
    }
    const state = lane.steps as StepState;
    state.busy--;
    this.issue(lane, state, step, services);
    this.pass(lane, state, services);
  }

  spent(lane: Lane, step: number, services: Services): void {
    this.over(lane, step, services);
  }

  received(lane: Lane, step: number, services: Services): void {
    if (this.program.paysEndpoint) services.payEndpoint(lane, step);
    else this.over(lane, step, services);
  }

  arrived(lane: Lane, step: number, services: Services): void {
    this.over(lane, step, services);
  }

  taker(lane: Lane, line: number): number {
    const { left, posted } = lane.steps as StepState;
    if (this.shared.has(line)) return posted?.get(line)?.shift() ?? -1;
    return left[line - (this.program.first[lane.rank] as number)] === POSTED ? line : -1;
  }

  /** A running step has ended. */
  private over(lane: Lane, step: number, services: Services): void {
    const state = lane.steps as StepState;
    state.busy--;
    this.finish(lane, state, step);
    this.pass(lane, state, services);
  }

  private finish({ rank }: Lane, state: StepState, step: number): void {
    const { waiters, first } = this.program;
    const base = first[rank] as number;
    state.unfinished--;
    const end = waiters.first[step + 1] as number;
    for (let i = waiters.first[step] as number; i < end; i++) {
      const waiter = waiters.steps[i] as number;
      const left = (state.left[waiter - base] as number) - 1;
      state.left[waiter - base] = left;
      if (left === 0) state.ready[state.count++] = waiter;
    }
  }

  private pass(lane: Lane, state: StepState, services: Services): void {
    const { ready } = state;
    let begin = 0;
    let waits = false;
    while (begin < state.count && !(waits && state.busy > 0)) {
      const end = state.count;
      if (end - begin > 1) ascend(ready, begin, end);
      waits = false;
      for (let i = begin; i < end; i++) {
        const step = ready[i] as number;
        if (this.program.does[step] === MARK) waits = true;
        this.start(lane, state, step, services);
      }
      begin = end;
    }
    // Steps that a mark made ready wait for the next pass.
    ready.copyWithin(0, begin, state.count);
    state.count -= begin;
    if (state.unfinished === 0) services.done(lane);
  }

  private start(lane: Lane, state: StepState, step: number, services: Services): void {
    const { does, needs, bytes, ns, meets, peer, paysEndpoint, switches } = this.program;
    switch (does[step]) {
      case SEND:
        if (!paysEndpoint || (needs[step] as number) > 0) {
          this.issue(lane, state, step, services);
        } else {
          state.busy++;
          services.payEndpoint(lane, step);
        }
        return;
      case RECEIVE:
        state.busy++;
        this.post(lane, state, step, meets[step] as number, services);
        return;
      case REDUCE:
        state.busy++;
        services.spend(lane, reductionNs(this.endpoint, bytes[step] as number), step);
        return;
      case COPY:
        state.busy++;
        services.spend(lane, copyNs(this.endpoint, bytes[step] as number), step);
        return;
      case COMPUTE:
        state.busy++;
        services.spend(lane, ns[step] as number, step);
        return;
      case RECONFIGURE:
        state.busy++;
        services.setCircuit(lane, peer[step] as number, switches?.[step] ?? ALL_SWITCHES, step);
        return;
      case MARK:
        this.finish(lane, state, step);
        return;
    }
  }

  private issue(lane: Lane, state: StepState, step: number, services: Services): void {
    const { peer, meets, bytes, sendsEnd, switches } = this.program;
    const notifies = sendsEnd === 'arrived';
    const to = peer[step] as number;
    services.send(
      lane,
      to,
      meets[step] as number,
      bytes[step] as number,
      this.delays[step] as number,
      notifies ? step : -1,
      this.waysOf(lane),
      step,
      switches?.[step] ?? ALL_SWITCHES,
    );
    if (notifies) state.busy++;
    else this.finish(lane, state, step);
  }

  /** Equal chunks share a player, but each runs separately. */
  private waysOf({ chunk }: Lane): Ways | undefined {
    const { route, order } = this.program;
    if (route === undefined) return undefined;
    this.ways[chunk] ??= new Ways(route, order);
    return this.ways[chunk];
  }

  private post(lane: Lane, state: StepState, step: number, line: number, services: Services): void {
    const isEarly = services.expect(lane, this.program.peer[step] as number, line, step);
    if (!this.shared.has(line)) {
      state.left[step - (this.program.first[lane.rank] as number)] = POSTED;
    } else if (!isEarly) {
      state.posted ??= new Map();
      const waiting = state.posted.get(line);
      if (waiting === undefined) state.posted.set(line, [step]);
      else waiting.push(step);
    }
  }
}

/** Sorts part of a list that is mostly in order already. */
function ascend(list: number[], begin: number, end: number): void {
  for (let i = begin + 1; i < end; i++) {
    if ((list[i - 1] as number) <= (list[i] as number)) continue;
    const sorted = Int32Array.from(list.slice(begin, end)).sort();
    for (let k = begin; k < end; k++) list[k] = sorted[k - begin] as number;
    return;
  }
}
