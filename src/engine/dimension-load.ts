import type { Phase } from '../collectives/plan.js';
import { sentBytes } from '../collectives/token-program.js';
import type { Dimension } from '../topology/dimension.js';
import { chargeOf } from '../topology/logical-dimension.js';

/** Bytes one NPU sends in a phase, by the physical dimension that is charged for them. */
export function bytesByDimension({ program, dimension }: Phase, dimensions: readonly Dimension[]): number[] {
  const load = dimensions.map(() => 0);
  const { offsets, bytes, sends } = program;
  if (dimension.physical.length === 1) {
    load[dimension.first] = sentBytes(program);
    return load;
  }
  // A flat algorithm: count how often each entry of the cycle is sent.
  const cycle = Math.max(offsets.length, bytes.length);
  for (let k = 0; k < Math.min(cycle, sends); k++) {
    const times = Math.floor((sends - k - 1) / cycle) + 1;
    const charged = chargeOf(dimension, offsets[k % offsets.length] as number).dimension;
    load[charged] = (load[charged] as number) + times * (bytes[k % bytes.length] as number);
  }
  return load;
}
