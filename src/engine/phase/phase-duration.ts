import { chainOf } from '../../collectives/chain.js';
import { symmetricProgram } from '../../collectives/program.js';
import type { TokenProgram } from '../../collectives/token-program.js';
import { type Endpoint, reductionNs } from '../../costs/endpoint.js';
import type { Phase } from '../../plan/phases.js';
import { delayIn, type OffsetDelay } from '../../topology/logical-dimension.js';
import { playPhase } from './phase-player.js';

/**
 * How long a phase lasts in the congestion-unaware network when every rank starts it in the
 * same tick, ns. All ranks then act in lockstep, so one rank whose messages come back to
 * itself stands for all (docs/model.md, section 8), and nothing else that runs can change it.
 * @param delay - of a message to the rank so far ahead, where that is not the dimension's.
 */
export function phaseDuration(phase: Phase, endpoint: Endpoint, delay: OffsetDelay = delayIn(phase.dimension)): number {
  // Lanes side by side do not disturb each other.
  const durations = phase.lanes.map((program) => {
    const token = symmetricProgram(program);
    if (token.window === 1) return oneByOne(token, delay, endpoint);
    const { time, last } = playPhase({ ...phase, lanes: [program] }, endpoint, delay);
    return time[last] as number;
  });
  return Math.max(...durations);
}

/** Window 1: a chain of steps, each a message, the end-point delay, and the next packet's reduction. */
function oneByOne(program: TokenProgram, delay: OffsetDelay, endpoint: Endpoint): number {
  let total = endpoint.delay * (program.sends + 1);
  for (const { does, offset, bytes, times } of chainOf(program)) {
    total += times * (does === 'message' ? delay(offset, bytes) : reductionNs(endpoint, bytes));
  }
  return total;
}
