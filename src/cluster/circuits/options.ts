import * as v from 'valibot';
import { ConfigError, type Issue } from '../../base/errors.js';
import type { Quantity } from '../../base/units.js';
import { keys, parse, quantity, whole } from '../../base/validate.js';
import type { CircuitStep } from './steps.js';

/** Optical switches, and the steps of a collective on them. */
export interface CircuitOptions {
  /** One after the other; see {@link circuitSteps}. */
  readonly steps: readonly { readonly bytes: Quantity; readonly circuit: number }[];
  /** Switches; every NPU has a port on each. 1 to 12. */
  readonly switches: number;
  /** Bandwidth of a port: bytes per ns, or `"50 GB/s"`. Above 0. */
  readonly bandwidth: Quantity;
  /** Added to every transfer: ns, or `"20 us"`. Default 0. */
  readonly latency?: Quantity;
  /** How long a switch cannot send while it changes circuits: ns, or `"200 us"`. */
  readonly reconfiguration: Quantity;
}

const SEARCHES = ['naive', 'one-shot', 'greedy', 'local-search', 'exact'] as const;

export interface CircuitSearchOptions extends CircuitOptions {
  /**
   * Default `"local-search"`. `"exact"` is for up to 32 steps. `"naive"`: all switches together. `"one-shot"`:
   * equally many switches for each circuit, set once; needs at least as many switches as circuits.
   */
  readonly search?: CircuitSearchName;
  /** Steps that the greedy search considers at a time, including the current one, 1 to 4. Default 2. */
  readonly lookAhead?: number;
  /** Most partial plans of the exact search. Default 20,000. */
  readonly maxNodes?: number;
}

export type CircuitSearchName = (typeof SEARCHES)[number];

export interface CircuitSearch {
  readonly problem: CircuitProblem;
  readonly search: CircuitSearchName;
  readonly lookAhead: number;
  readonly maxNodes: number;
}

/** Checked {@link CircuitOptions} in bytes, ns and bytes per ns. */
export interface CircuitProblem {
  readonly steps: readonly CircuitStep[];
  readonly switches: number;
  readonly bytesPerNs: number;
  readonly latencyNs: number;
  readonly reconfigurationNs: number;
}

const MAX_SWITCHES = 12;
const MAX_EXACT_STEPS = 32;
/** Most steps played in one round of a search: some seconds. */
const MAX_WORK = 5e6;

const step = keys({ bytes: quantity('bytes', { above: 0 }), circuit: whole(0, Number.MAX_SAFE_INTEGER) });

const entries = {
  steps: v.pipe(
    v.array(step, 'a list of steps'),
    v.minLength(1, 'at least one step'),
    v.maxLength(4096, 'at most 4096 steps'),
  ),
  switches: whole(1, MAX_SWITCHES),
  bandwidth: quantity('bandwidth', { above: 0 }),
  latency: v.optional(quantity('time', { atLeast: 0 }), 0),
  reconfiguration: quantity('time', { atLeast: 0 }),
};

const schema = keys(entries);

const searchSchema = keys({
  ...entries,
  search: v.optional(v.picklist(SEARCHES), 'local-search'),
  lookAhead: v.optional(whole(1, 4), 2),
  maxNodes: v.optional(whole(0, 1e9), 20_000),
});

/** @throws ConfigError that lists all problems. */
export function readCircuitOptions(options: CircuitOptions): CircuitProblem {
  return toProblem(parse(schema, options));
}

/** @throws ConfigError also if the search would not end in reasonable time. */
export function readCircuitSearch(options: CircuitSearchOptions): CircuitSearch {
  const checked = parse(searchSchema, options);
  const { search, lookAhead, maxNodes, switches } = checked;
  const steps = checked.steps.length;
  const issues: Issue[] = [];
  const sets = 2 ** switches - 1;
  const looks = search !== 'naive' && search !== 'one-shot';
  const greedy = looks ? sets ** lookAhead * steps : 0;
  const local = looks && search !== 'greedy' ? (sets * steps) ** 2 : 0;
  if (Math.max(greedy, local) > MAX_WORK) {
    const expected = `fewer switches, steps${greedy > MAX_WORK ? ' or a smaller lookAhead' : ''}, for this search`;
    issues.push({ path: 'switches', expected, got: `${switches} switches and ${steps} steps` });
  }
  if (search === 'exact' && steps > MAX_EXACT_STEPS) {
    issues.push({
      path: 'steps',
      expected: `at most ${MAX_EXACT_STEPS} steps for an exact search`,
      got: `${steps} steps`,
    });
  }
  const circuits = new Set(checked.steps.map(({ circuit }) => circuit)).size;
  if (search === 'one-shot' && circuits > switches) {
    issues.push({ path: 'switches', expected: `at least ${circuits}, one for each circuit`, got: String(switches) });
  }
  if (issues.length > 0) throw new ConfigError(issues);
  return { problem: toProblem(checked), search, lookAhead, maxNodes };
}

function toProblem({
  steps,
  switches,
  bandwidth,
  latency,
  reconfiguration,
}: v.InferOutput<typeof schema>): CircuitProblem {
  return { steps, switches, bytesPerNs: bandwidth, latencyNs: latency, reconfigurationNs: reconfiguration };
}
