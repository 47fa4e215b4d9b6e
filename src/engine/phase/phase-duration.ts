import { drain } from '../../base/slices.js';
import { chainOf } from '../../collectives/chain.js';
import { type Program, symmetricProgram } from '../../collectives/program.js';
import type { TokenProgram } from '../../collectives/token-program.js';
import { type Endpoint, reductionNs } from '../../costs/endpoint.js';
import type { Phase } from '../../plan/phases.js';
import { delayTo, type LogicalDimension } from '../../topology/logical-dimension.js';
import { allAtOnce } from './all-at-once.js';
import { playingPhase } from './phase-player.js';

/**
 * How long a phase lasts in the congestion-unaware network when every rank starts it in the
 * same tick, ns. All ranks then act in lockstep, so one rank whose messages come back to
 * itself stands for all (docs/model.md, section 8), and nothing else that runs can change it.
 */
export function phaseDuration(phase: Phase, endpoint: Endpoint): number {
  return drain(timingPhase(phase, endpoint));
}

/** {@link phaseDuration} in slices. */
export function* timingPhase(phase: Phase, endpoint: Endpoint): Generator<void, number> {
  let longest = 0;
  // Lanes side by side do not disturb each other.
  for (const program of phase.lanes) {
    longest = Math.max(longest, yield* laneDuration(program, phase, endpoint));
  }
  return longest;
}

function* laneDuration(program: Program, phase: Phase, endpoint: Endpoint): Generator<void, number> {
  const token = symmetricProgram(program);
  if (token.window === 1) return oneByOne(token, phase.dimension, endpoint);
  const known = allAtOnce(token, phase.dimension, endpoint);
  if (known?.ns !== undefined) return known.ns;
  const { time, last } = yield* playingPhase({ ...phase, lanes: [program] }, endpoint);
  return time[last] as number;
}

/** Whether the message that opens direct's barrier comes in a tick in which a token becomes free. In slices. */
export function* barrierIsTie(phase: Phase, endpoint: Endpoint): Generator<void, boolean> {
  const [program, ...others] = phase.lanes;
  const alone = program?.kind === 'token' && others.length === 0 ? program : undefined;
  const known = alone === undefined ? undefined : allAtOnce(alone, phase.dimension, endpoint);
  return known?.barrierIsTie ?? (yield* playingPhase(phase, endpoint)).barrierIsTie;
}

/** Window 1: a chain of steps, each a message, the end-point delay, and the next packet's reduction. */
function oneByOne(program: TokenProgram, dimension: LogicalDimension, endpoint: Endpoint): number {
  let total = endpoint.delay * (program.sends + 1);
  for (const { does, offset, bytes, times } of chainOf(program)) {
    total += times * (does === 'message' ? delayTo(dimension, offset, bytes) : reductionNs(endpoint, bytes));
  }
  return total;
}
