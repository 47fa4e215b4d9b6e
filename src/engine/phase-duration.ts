import type { Phase } from '../collectives/plan.js';
import {
  countReducing,
  isDone,
  reduces,
  releasable,
  type TokenProgram,
  type TokenState,
} from '../collectives/token-program.js';
import { InvariantError } from '../errors.js';
import { delayTo, type LogicalDimension } from '../topology/logical-dimension.js';
import { type Endpoint, reductionNs } from './endpoint.js';
import { EventQueue } from './event-queue.js';

/**
 * How long a phase lasts in the congestion-unaware network when every rank starts it in the
 * same tick, ns. All ranks then act in lockstep, so one rank whose messages come back to
 * itself stands for all (SPEC section 8), and nothing else that runs can change it.
 */
export function phaseDuration({ lanes, dimension }: Phase, endpoint: Endpoint): number {
  const durations = lanes.map((program) => {
    if (program.kind === 'tree') throw new InvariantError('ranks of a tree do not act in lockstep');
    return program.window === 1 ? oneByOne(program, dimension, endpoint) : played(program, dimension, endpoint);
  });
  return Math.max(...durations);
}

/** Window 1: a chain of steps, each a message, the end-point delay, and the next packet's reduction. */
function oneByOne(program: TokenProgram, dimension: LogicalDimension, endpoint: Endpoint): number {
  const { sends, bytes, offsets } = program;
  let total = endpoint.delay * (sends + 1);
  if (bytes.length === 1 && offsets.length === 1) {
    const [size = 0] = bytes;
    total += sends * delayTo(dimension, offsets[0] as number, size);
    return total + countReducing(program, sends + 1) * reductionNs(endpoint, size);
  }
  for (let k = 0; k < sends; k++) {
    total += delayTo(dimension, offsets[k % offsets.length] as number, bytes[k % bytes.length] as number);
    if (reduces(program, k + 1)) total += reductionNs(endpoint, bytes[(k + 1) % bytes.length] as number);
  }
  return total;
}

/**
 * Wider windows: packets overtake each other, so the program is played for one rank. Delays
 * of the rank that end in one tick are one entry of the event list, made with the first of
 * them; arrivals are entries of their own (SPEC section 8). Which comes first can decide
 * what direct's barrier lets through.
 */
function played(program: TokenProgram, dimension: LogicalDimension, endpoint: Endpoint): number {
  const { bytes, offsets, window } = program;
  const size = bytes[0] as number;
  const delays = offsets.map((offset) => delayTo(dimension, offset, size));
  const reduction = reductionNs(endpoint, size);
  const state: TokenState = { prepared: 0, sent: 0, received: 0, free: 0 };

  const ARRIVAL = 0;
  const OWN_DELAYS = 1;
  const queue = new EventQueue();
  /** By tick: what happens when the rank's own delays end. A packet's number, or its complement once reduced. */
  const ending = new Map<number, number[]>();
  const wait = (ns: number, packet: number) => {
    const time = queue.now + ns;
    const list = ending.get(time);
    if (list !== undefined) {
      list.push(packet);
      return;
    }
    ending.set(time, [packet]);
    queue.schedule(time, OWN_DELAYS);
  };
  const prepare = () => wait(endpoint.delay, state.prepared++);
  const freed = () => {
    state.free++;
    for (let go = releasable(program, state); go > 0; go--) {
      state.free--;
      queue.schedule(queue.now + (delays[state.sent++ % delays.length] as number), ARRIVAL);
    }
  };

  for (let i = 0; i < window; i++) prepare();
  for (let event = queue.take(); event !== undefined; event = queue.take()) {
    if (event === ARRIVAL) {
      state.received++;
      prepare();
      continue;
    }
    // The list grows while it runs when a delay is 0.
    for (const packet of ending.get(queue.now) as number[]) {
      if (packet >= 0 && reduces(program, packet)) wait(reduction, ~packet);
      else freed();
      if (isDone(program, state)) return queue.now;
    }
    ending.delete(queue.now);
  }
  throw new InvariantError('a phase ran out of events before its end');
}
