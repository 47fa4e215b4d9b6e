import { countReducing, reduces, type TokenProgram } from '../../collectives/token-program.js';
import { type Endpoint, reductionNs } from '../../costs/endpoint.js';
import type { Phase } from '../../plan/phases.js';
import { delayTo, type LogicalDimension } from '../../topology/logical-dimension.js';
import { playPhase } from './phase-player.js';

/**
 * How long a phase lasts in the congestion-unaware network when every rank starts it in the
 * same tick, ns. All ranks then act in lockstep, so one rank whose messages come back to
 * itself stands for all (docs/model.md, section 8), and nothing else that runs can change it.
 */
export function phaseDuration(phase: Phase, endpoint: Endpoint): number {
  // Lanes side by side do not disturb each other.
  const durations = phase.lanes.map((program) => {
    if (program.kind === 'token' && program.window === 1) return oneByOne(program, phase.dimension, endpoint);
    const { time, last } = playPhase({ ...phase, lanes: [program] }, endpoint);
    return time[last] as number;
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
