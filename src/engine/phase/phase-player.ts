import { InvariantError } from '../../base/errors.js';
import { drain, SLICE } from '../../base/slices.js';
import { symmetricProgram } from '../../collectives/program.js';
import { isDone, reduces, releasable, type TokenProgram, type TokenState } from '../../collectives/token-program.js';
import { type Endpoint, reductionNs } from '../../costs/endpoint.js';
import type { Phase } from '../../plan/phases.js';
import { delayIn, type OffsetDelay } from '../../topology/logical-dimension.js';
import { EventQueue } from '../event-queue.js';

/**
 * All events of a phase, numbered: arrivals of messages and ends of
 * the rank's own delays. Times count from the start of the phase, ns.
 */
export interface PhaseHistory {
  readonly time: readonly number[];
  /** The event that caused it; -1 for the start of the phase. */
  readonly cause: readonly number[];
  readonly isArrival: readonly boolean[];
  /** For an arrival: how many ranks behind its sender is or, where ranks pair up, the bits in which the two differ. */
  readonly offset: readonly number[];
  readonly pairwise: boolean;
  /** The event that ends the phase. */
  readonly last: number;
  /**
   * The message that opens direct's barrier arrives in a tick in which a token becomes free.
   * Whether the token finds the barrier open then depends on what else the NPU does.
   */
  readonly barrierIsTie: boolean;
}

/**
 * Plays a phase for one rank that represents all: its messages come back to itself.
 * Delays of the rank that end in one tick are one entry of the event list, created with the first
 * of them; each arrival is its own entry (docs/model.md, section 7). Which comes first can decide
 * what direct's barrier releases.
 */
export function playPhase(phase: Phase, endpoint: Endpoint): PhaseHistory {
  return drain(playingPhase(phase, endpoint));
}

/** {@link playPhase} in slices. */
export function* playingPhase(
  { lanes, dimension }: Phase,
  endpoint: Endpoint,
  delay: OffsetDelay = delayIn(dimension),
): Generator<void, PhaseHistory> {
  const time: number[] = [];
  const cause: number[] = [];
  const isArrival: boolean[] = [];
  const offset: number[] = [];
  const laneOf: Lane[] = [];
  const packetOf: number[] = [];
  const queue = new EventQueue();
  /** Per tick: the rank's own delays that end then. */
  const ending = new Map<number, number[]>();
  let current = -1;
  /** Ticks in which barriers opened, and in which tokens of lanes with a barrier became free. */
  const opened = new Set<number>();
  const freedAt = new Set<number>();

  const record = (lane: Lane, ns: number, packet: number, arrival: boolean) => {
    time.push(queue.now + ns);
    cause.push(current);
    isArrival.push(arrival);
    const { offsets } = lane.program;
    offset.push(arrival ? (offsets[packet % offsets.length] as number) : 0);
    laneOf.push(lane);
    packetOf.push(packet);
    return time.length - 1;
  };
  const wait = (lane: Lane, ns: number, packet: number) => {
    const event = record(lane, ns, packet, false);
    const due = queue.now + ns;
    const list = ending.get(due);
    if (list === undefined) {
      ending.set(due, [event]);
      queue.schedule(due, event);
    } else {
      list.push(event);
    }
  };
  const prepare = (lane: Lane) => wait(lane, endpoint.delay, lane.prepared++);
  const freed = (lane: Lane) => {
    lane.free++;
    if (lane.program.barrier > 0) freedAt.add(queue.now);
    for (let go = releasable(lane.program, lane); go > 0; go--) {
      lane.free--;
      const packet = lane.sent++;
      const ns = lane.delays[packet % lane.delays.length] as number;
      queue.schedule(queue.now + ns, record(lane, ns, packet, true));
    }
  };

  const players = lanes.map((program) => makeLane(symmetricProgram(program), delay, endpoint));
  let unfinished = players.length;
  for (const lane of players) for (let i = 0; i < lane.program.window; i++) prepare(lane);
  let played = 0;
  for (let entry = queue.take(); entry !== undefined; entry = queue.take()) {
    if (isArrival[entry]) {
      if (++played % SLICE === 0) yield;
      current = entry;
      const lane = laneOf[entry] as Lane;
      lane.received++;
      if (lane.received === lane.program.barrier) opened.add(queue.now);
      prepare(lane);
      continue;
    }
    // The list grows while it runs when a delay is 0.
    for (const event of ending.get(queue.now) as number[]) {
      if (++played % SLICE === 0) yield;
      current = event;
      const lane = laneOf[event] as Lane;
      const packet = packetOf[event] as number;
      if (packet >= 0 && reduces(lane.program, packet)) {
        // The complement of its number marks a reduced packet.
        wait(lane, lane.reductions[packet % lane.reductions.length] as number, ~packet);
        continue;
      }
      freed(lane);
      if (isDone(lane.program, lane) && --unfinished === 0) {
        const barrierIsTie = [...opened].some((tick) => freedAt.has(tick));
        const pairwise = lanes.some((program) => program.kind === 'token' && program.pairwise);
        return { time, cause, isArrival, offset, pairwise, last: event, barrierIsTie };
      }
    }
    ending.delete(queue.now);
  }
  throw new InvariantError('a phase ran out of events before its end');
}

interface Lane extends TokenState {
  readonly program: TokenProgram;
  readonly delays: readonly number[];
  readonly reductions: readonly number[];
}

function makeLane(program: TokenProgram, delay: OffsetDelay, endpoint: Endpoint): Lane {
  const { offsets, bytes } = program;
  const cycle = offsets.length > bytes.length ? offsets : bytes;
  return {
    program,
    delays: cycle.map((_, k) => delay(offsets[k % offsets.length] as number, bytes[k % bytes.length] as number)),
    reductions: bytes.map((size) => reductionNs(endpoint, size)),
    prepared: 0,
    sent: 0,
    received: 0,
    free: 0,
  };
}
