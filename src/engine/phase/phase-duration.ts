import { drain } from '../../base/slices.js';
import { chainOf } from '../../collectives/chain.js';
import { type Program, symmetricProgram } from '../../collectives/program.js';
import type { TokenProgram } from '../../collectives/token-program.js';
import { type Endpoint, reductionNs } from '../../costs/endpoint.js';
import type { Phase } from '../../plan/phases.js';
import { delayIn, type OffsetDelay } from '../../topology/logical-dimension.js';
import { allAtOnce } from './all-at-once.js';
import { playingPhase } from './phase-player.js';

/**
 * Duration of a phase in the congestion-unaware network when every rank starts it in the
 * same tick, ns. All ranks then act in lockstep, so one rank whose messages come back to
 * itself represents all (docs/model.md, section 8), and nothing else that runs can change it.
 * @param delay - by offset of the receiver, if it is not the dimension's.
 */
export function phaseDuration(phase: Phase, endpoint: Endpoint, delay?: OffsetDelay): number {
  return drain(timingPhase(phase, endpoint, delay));
}

/** {@link phaseDuration} in slices. */
export function* timingPhase(
  phase: Phase,
  endpoint: Endpoint,
  delay: OffsetDelay = delayIn(phase.dimension),
): Generator<void, number> {
  let longest = 0;
  // Lanes do not affect each other.
  for (const program of phase.lanes) {
    longest = Math.max(longest, yield* laneDuration(program, phase, endpoint, delay));
  }
  return longest;
}

function* laneDuration(
  program: Program,
  phase: Phase,
  endpoint: Endpoint,
  delay: OffsetDelay,
): Generator<void, number> {
  const token = symmetricProgram(program);
  if (token.window === 1) return oneByOne(token, delay, endpoint);
  const known = allAtOnce(token, delay, endpoint);
  if (known?.ns !== undefined) return known.ns;
  const { time, last } = yield* playingPhase({ ...phase, lanes: [program] }, endpoint, delay);
  return time[last] as number;
}

/** Whether the message that opens direct's barrier arrives in a tick in which a token becomes free. In slices. */
export function* barrierIsTie(phase: Phase, endpoint: Endpoint): Generator<void, boolean> {
  const [program, ...others] = phase.lanes;
  const alone = program?.kind === 'token' && others.length === 0 ? program : undefined;
  const known = alone === undefined ? undefined : allAtOnce(alone, delayIn(phase.dimension), endpoint);
  return known?.barrierIsTie ?? (yield* playingPhase(phase, endpoint)).barrierIsTie;
}

/** Window 1: a chain of steps, each a message, the end-point delay, and the next packet's reduction. */
function oneByOne(program: TokenProgram, delay: OffsetDelay, endpoint: Endpoint): number {
  let total = endpoint.delay * (program.sends + 1);
  for (const { does, offset, bytes, times } of chainOf(program)) {
    total += times * (does === 'message' ? delay(offset, bytes) : reductionNs(endpoint, bytes));
  }
  return total;
}
