import { ConfigError } from '../base/errors.js';
import { graphIssues } from '../topology/check-graph.js';
import type { LinkGraph } from '../topology/link-graph.js';
import { type Fraction, fraction, fractionOf, gcd, lcm } from './fraction.js';

/** Bandwidths as integers: link i carries `of[i] * unit` bytes per ns. The integers have no common divisor. */
export interface Capacities {
  readonly of: readonly bigint[];
  readonly unit: Fraction;
}

/** The exact bandwidths of a graph. Throws a ConfigError for an invalid graph. */
export function capacitiesOf(graph: LinkGraph): Capacities {
  checkGraph(graph);
  const exact = new Map<number, Fraction>();
  for (const { bandwidth } of graph.links) {
    if (!exact.has(bandwidth)) exact.set(bandwidth, fractionOf(bandwidth));
  }
  let denominator = 1n;
  for (const value of exact.values()) denominator = lcm(denominator, value.denominator);
  let divisor = 0n;
  const scaled = new Map<number, bigint>();
  for (const [bandwidth, value] of exact) {
    const integer = value.numerator * (denominator / value.denominator);
    scaled.set(bandwidth, integer);
    divisor = gcd(divisor, integer);
  }
  const of = graph.links.map(({ bandwidth }) => (scaled.get(bandwidth) as bigint) / divisor);
  return { of, unit: fraction(divisor, denominator) };
}

export function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}

/** Throws a ConfigError that lists all problems; a network of one NPU has nothing to bound. */
function checkGraph(graph: LinkGraph): void {
  const issues = graphIssues(graph);
  if (issues.length === 0 && graph.npus === 1) issues.push({ path: 'npus', expected: 'at least 2', got: '1' });
  if (issues.length > 0) throw new ConfigError(issues);
}
