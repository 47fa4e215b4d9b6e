import { ConfigError } from '../errors.js';
import type { LinkGraph } from '../topology/link-graph.js';
import { capacitiesOf, sum } from './capacities.js';
import { npusNear } from './cut-network.js';
import { type Fraction, fraction, times } from './fraction.js';
import type { Watch } from './progress.js';
import { type Cable, partitionBelow } from './weakest-partition.js';

/** The rate of the best packing of undirected spanning trees, in bytes per ns, and why it is not more. */
export interface TreePackingBound extends Fraction {
  /** A partition of the NPUs into p parts with p - 1 times the rate between them. */
  readonly tightPartition: readonly (readonly number[])[];
}

/**
 * The rate at which spanning trees can carry an all-reduce, reduction up and broadcast down the same
 * tree: the least over partitions into p parts of the bandwidth between parts over p - 1
 * (Nash-Williams 1961, Tutte 1961). A cable counts with the slower of its directions.
 *
 * Throws a ConfigError for graphs with switches or with a pair of NPUs that no cables connect.
 */
export function treePackingBound(graph: LinkGraph, watch: Watch = {}): TreePackingBound {
  const { unit, cables } = cablesOf(graph);
  const { ratio, parts } = leastStrength(graph, cables, watch);
  return { ...times(ratio, unit), tightPartition: parts };
}

/** The cable between two NPUs a < b, with the links either way. */
export interface LinkedCable extends Cable {
  readonly there: readonly number[];
  readonly back: readonly number[];
}

/** A graph without switches as cables, each pair of NPUs once, in units of `unit` bytes per ns. */
export interface CableGraph {
  readonly unit: Fraction;
  /** Capacity of each link. */
  readonly capacities: readonly bigint[];
  readonly cables: readonly LinkedCable[];
}

export function cablesOf(graph: LinkGraph): CableGraph {
  const { of: capacities, unit } = capacitiesOf(graph);
  if (graph.devices > graph.npus) {
    const got = `${graph.devices - graph.npus} switches`;
    throw new ConfigError([{ path: 'devices', expected: 'NPUs linked directly, without switches', got }]);
  }
  const directed = new Map<number, number[]>();
  graph.links.forEach(({ from, to }, link) => {
    const key = from * graph.npus + to;
    const present = directed.get(key);
    if (present === undefined) directed.set(key, [link]);
    else present.push(link);
  });
  const cables: LinkedCable[] = [];
  for (const [key, there] of directed) {
    const a = Math.floor(key / graph.npus);
    const b = key % graph.npus;
    const back = directed.get(b * graph.npus + a);
    if (a > b || back === undefined) continue;
    const [forth, home] = [there, back].map((links) => sum(links.map((link) => capacities[link] as bigint)));
    cables.push({ a, b, capacity: least(forth as bigint, home as bigint), there, back });
  }
  return { unit, capacities, cables };
}

/**
 * The least capacity between parts over (parts - 1), by Dinkelbach's steps: starting from single NPUs,
 * find the partition that falls shortest of the present ratio and take its ratio, until none falls short.
 */
export function leastStrength(
  graph: LinkGraph,
  cables: readonly Cable[],
  watch: Watch = {},
): { readonly ratio: Fraction; readonly parts: readonly (readonly number[])[] } {
  const order = npusNear(graph, 0);
  let parts: readonly (readonly number[])[] = order.map((npu) => [npu]);
  let ratio = fraction(sum(cables.map(({ capacity }) => capacity)), BigInt(parts.length - 1));
  for (;;) {
    const weaker = partitionBelow(order, cables, ratio, watch);
    if (weaker === undefined) break;
    parts = weaker.parts;
    ratio = fraction(weaker.between, BigInt(parts.length - 1));
  }
  if (ratio.numerator > 0n) return { ratio, parts };
  const expected = `cables, both ways, between NPU ${parts[0]?.[0]} and NPU ${parts[1]?.[0]}`;
  throw new ConfigError([{ path: 'links', expected, got: 'none' }]);
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
