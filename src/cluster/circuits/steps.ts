import { ConfigError, type Issue, show } from '../../base/errors.js';
import { type Quantity, readQuantity } from '../../base/units.js';

/** One step of a collective on circuits: every NPU sends `bytes` to its peer on the circuit. */
export interface CircuitStep {
  readonly bytes: number;
  /** The set of connections that the step needs. Equal numbers are the same set. */
  readonly circuit: number;
}

export const CIRCUIT_ALGORITHMS = [
  'reduce-scatter-halving',
  'all-gather-doubling',
  'all-reduce-halving-doubling',
  'all-reduce-recursive-doubling',
  'all-to-all-pairwise',
  'all-to-all-bruck',
  'ring',
] as const;

export type CircuitAlgorithm = (typeof CIRCUIT_ALGORITHMS)[number];

/**
 * The steps of a collective, as published with SWOT. Three of the published algorithms do not move
 * the amounts of the collective in their names:
 *
 * - `"all-gather-doubling"` has the sizes of the reduce-scatter in the same order; the sizes of an
 *   all-gather grow from step to step.
 * - `"ring"` is one pass of p - 1 steps: a reduce-scatter. An all-reduce takes two.
 * - `"all-to-all-bruck"` sends the whole buffer in each step; Bruck's algorithm sends half.
 *
 * The published code rounds other numbers of NPUs down to a power of two. This function refuses them.
 *
 * @param size buffer of one NPU: bytes, or `"32 MB"`. Above 0.
 * @param npus a power of two, at least 2, at most 2^20 (2^12 for pairwise and ring).
 * @throws ConfigError
 */
export function circuitSteps(algorithm: CircuitAlgorithm, npus: number, size: Quantity): CircuitStep[] {
  const linear = algorithm === 'all-to-all-pairwise' || algorithm === 'ring';
  const most = linear ? 2 ** 12 : 2 ** 20;
  const rounds = typeof npus === 'number' ? Math.log2(npus) : Number.NaN;
  const issues: Issue[] = [];
  if (!CIRCUIT_ALGORITHMS.includes(algorithm)) {
    issues.push({ path: 'algorithm', expected: `one of ${CIRCUIT_ALGORITHMS.join(', ')}`, got: show(algorithm) });
  }
  if (!Number.isInteger(rounds) || npus < 2 || npus > most) {
    issues.push({ path: 'npus', expected: `a power of two from 2 to ${most}`, got: show(npus) });
  }
  const read = readQuantity('bytes', size);
  const bytes = typeof read === 'number' ? read : 0;
  if (typeof read !== 'number') issues.push({ ...read, path: 'size' });
  else if (read <= 0) issues.push({ path: 'size', expected: 'bytes, above 0', got: show(size) });
  if (issues.length > 0) throw new ConfigError(issues);

  const halving = Array.from({ length: rounds }, (_, i) => ({ bytes: bytes / 2 ** (i + 1), circuit: i + 1 }));
  switch (algorithm) {
    case 'reduce-scatter-halving':
    case 'all-gather-doubling':
      return halving;
    case 'all-reduce-halving-doubling':
      return [...halving, ...halving.toReversed()];
    case 'all-reduce-recursive-doubling':
    case 'all-to-all-bruck':
      return halving.map(({ circuit }) => ({ bytes, circuit }));
    case 'all-to-all-pairwise':
      return Array.from({ length: npus - 1 }, (_, i) => ({ bytes: bytes / (npus - 1), circuit: i + 1 }));
    case 'ring':
      return Array.from({ length: npus - 1 }, () => ({ bytes: bytes / (npus - 1), circuit: 1 }));
  }
}
