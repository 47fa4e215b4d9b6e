import { ConfigError, type Issue } from '../errors.js';
import type { LinkGraph } from '../topology/link-graph.js';
import { type Fraction, fraction, fractionOf, gcd, lcm } from './fraction.js';

/** Bandwidths as integers: link i carries `of[i] * unit` bytes per ns. The integers have no common divisor. */
export interface Capacities {
  readonly of: readonly bigint[];
  readonly unit: Fraction;
}

/** The bandwidths of a graph, exact. Throws a ConfigError for a graph that is not one. */
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

/** At least two NPUs, links between known devices with a bandwidth, and a way from every NPU to every other. */
function checkGraph({ npus, devices, links }: LinkGraph): void {
  const issues: Issue[] = [];
  const isDevice = (device: number) => Number.isInteger(device) && device >= 0 && device < devices;
  if (!Number.isSafeInteger(npus) || npus < 2) {
    issues.push({ path: 'npus', expected: 'a whole number of at least 2', got: String(npus) });
  } else if (!Number.isSafeInteger(devices) || devices < npus) {
    issues.push({ path: 'devices', expected: `a whole number of at least ${npus} (the NPUs)`, got: String(devices) });
  }
  links.forEach(({ from, to, bandwidth }, i) => {
    const path = `links[${i}]`;
    for (const [name, device] of Object.entries({ from, to })) {
      if (isDevice(device)) continue;
      issues.push({ path: `${path}.${name}`, expected: `a device from 0 to ${devices - 1}`, got: String(device) });
    }
    if (from === to) issues.push({ path, expected: 'a link between two devices', got: `${from} to itself` });
    if (bandwidth > 0 && Number.isFinite(bandwidth)) return;
    issues.push({ path: `${path}.bandwidth`, expected: 'bytes per ns, above 0', got: String(bandwidth) });
  });
  if (issues.length === 0) {
    const pair = unconnectedPair({ npus, devices, links });
    if (pair !== undefined) {
      issues.push({ path: 'links', expected: `a way from NPU ${pair[0]} to NPU ${pair[1]}`, got: 'none' });
    }
  }
  if (issues.length > 0) throw new ConfigError(issues);
}

/** Two NPUs of which the first cannot reach the second. */
function unconnectedPair(graph: LinkGraph): readonly [number, number] | undefined {
  const missed = (seen: readonly boolean[]) => seen.findIndex((found, device) => !found && device < graph.npus);
  const ahead = missed(reachable(graph, 0, 'from', 'to'));
  if (ahead >= 0) return [0, ahead];
  const behind = missed(reachable(graph, 0, 'to', 'from'));
  return behind >= 0 ? [behind, 0] : undefined;
}

function reachable({ devices, links }: LinkGraph, start: number, near: 'from' | 'to', far: 'from' | 'to'): boolean[] {
  const ways: number[][] = Array.from({ length: devices }, () => []);
  for (const link of links) ways[link[near]]?.push(link[far]);
  const seen: boolean[] = new Array(devices).fill(false);
  seen[start] = true;
  const queue = [start];
  for (const device of queue) {
    for (const other of ways[device] ?? []) {
      if (seen[other]) continue;
      seen[other] = true;
      queue.push(other);
    }
  }
  return seen;
}
