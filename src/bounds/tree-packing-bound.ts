import { ConfigError } from '../base/errors.js';
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

/** The cable between two NPUs a < b: the link from a to b, and the link back. */
export interface LinkedCable extends Cable {
  readonly there: number;
  readonly back: number;
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
  const opposite = new Map(graph.links.map(({ from, to }, link) => [to * graph.npus + from, link]));
  const cables = graph.links.flatMap(({ from, to }, there): LinkedCable[] => {
    const back = opposite.get(from * graph.npus + to);
    if (from > to || back === undefined) return [];
    return [{ a: from, b: to, capacity: least(capacities[there] as bigint, capacities[back] as bigint), there, back }];
  });
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
