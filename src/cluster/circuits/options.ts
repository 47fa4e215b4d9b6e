import * as v from 'valibot';
import type { Quantity } from '../../base/units.js';
import { keys, parse, quantity, whole } from '../../base/validate.js';
import type { CircuitStep } from './steps.js';

/** Optical switches, and the steps of a collective that runs on them. */
export interface CircuitOptions {
  /** One after the other; see {@link circuitSteps}. */
  readonly steps: readonly { readonly bytes: Quantity; readonly circuit: number }[];
  /** Switches; every NPU has a port on each. 1 to 12. */
  readonly switches: number;
  /** Bandwidth of a port: bytes per ns, or `"50 GB/s"`. Above 0. */
  readonly bandwidth: Quantity;
  /** Added to every transfer: ns, or `"20 us"`. Default 0. */
  readonly latency?: Quantity;
  /** For how long a switch that changes circuits cannot send: ns, or `"200 us"`. */
  readonly reconfiguration: Quantity;
}

/** Checked {@link CircuitOptions} in bytes, ns and bytes per ns. */
export interface CircuitProblem {
  readonly steps: readonly CircuitStep[];
  readonly switches: number;
  readonly bytesPerNs: number;
  readonly latencyNs: number;
  readonly reconfigurationNs: number;
}

/** Searches try every set of switches: 2^12. */
export const MAX_SWITCHES = 12;

const step = keys({ bytes: quantity('bytes', { above: 0 }), circuit: whole(0, Number.MAX_SAFE_INTEGER) });

const schema = keys({
  steps: v.pipe(
    v.array(step, 'a list of steps'),
    v.minLength(1, 'at least one step'),
    v.maxLength(4096, 'at most 4096 steps'),
  ),
  switches: whole(1, MAX_SWITCHES),
  bandwidth: quantity('bandwidth', { above: 0 }),
  latency: v.optional(quantity('time', { atLeast: 0 }), 0),
  reconfiguration: quantity('time', { atLeast: 0 }),
});

/** @throws ConfigError with everything that is wrong. */
export function readCircuitOptions(options: CircuitOptions): CircuitProblem {
  const { steps, switches, bandwidth, latency, reconfiguration } = parse(schema, options);
  return { steps, switches, bytesPerNs: bandwidth, latencyNs: latency, reconfigurationNs: reconfiguration };
}
