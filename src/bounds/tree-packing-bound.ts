import { ConfigError } from '../base/errors.js';
import type { LinkGraph } from '../topology/link-graph.js';
import { capacitiesOf } from './capacities.js';
import { type Fraction, fraction, times } from './fraction.js';
import type { Watch } from './progress.js';
import { weakestPartition } from './weakest-partition.js';

/** A rate in bytes per ns, and what limits it. */
export interface PartitionBound extends Fraction {
  /** A partition of the NPUs into p parts: what leaves the parts is 2 (p - 1) times the rate. */
  readonly tightPartition: readonly (readonly number[])[];
}

/**
 * The rate that no all-reduce without reduction in switches exceeds, on any network: M bytes take at least M divided by it.
 * Cut the NPUs into p parts. For each element, combining the parts' contributions takes p - 1 messages between parts, and
 * distributing the result p - 1 more; each must leave its sender's part. So the rate is the least, over partitions,
 * of (bandwidth that leaves parts) / (2 (p - 1)). On networks without switches whose links are equally wide both ways
 * it equals {@link treePackingBound}, and trees reach it.
 *
 * Throws a ConfigError if the graph has fewer than two NPUs or two of them are not connected.
 */
export function allReduceBound(graph: LinkGraph, watch: Watch = {}): PartitionBound {
  const { of: capacities, unit } = capacitiesOf(graph);
  const { ratio, parts } = weakestPartition(graph, capacities, watch);
  return { ...times(times(ratio, fraction(1n, 2n)), unit), tightPartition: parts };
}

/**
 * The rate at which spanning trees can carry an all-reduce, reduction up and broadcast down the same
 * tree: the least, over partitions into p parts, of (bandwidth of the cables between parts) / (p - 1)
 * (Nash-Williams 1961, Tutte 1961). A cable is as wide as the narrower of its directions.
 *
 * Throws a ConfigError for graphs with switches or with two NPUs that no cables connect.
 */
export function treePackingBound(graph: LinkGraph, watch: Watch = {}): PartitionBound {
  const { unit, cables } = cablesOf(graph);
  const { ratio, parts } = strength(graph.npus, cables, watch);
  return { ...times(ratio, unit), tightPartition: parts };
}

/** The cable between two NPUs a < b: the link from a to b, and the link back. */
export interface Cable {
  readonly a: number;
  readonly b: number;
  readonly capacity: bigint;
  readonly there: number;
  readonly back: number;
}

/** A graph without switches as cables, in units of `unit` bytes per ns. */
export interface CableGraph {
  readonly unit: Fraction;
  /** Capacity of each link. */
  readonly capacities: readonly bigint[];
  readonly cables: readonly Cable[];
}

export function cablesOf(graph: LinkGraph): CableGraph {
  const { of: capacities, unit } = capacitiesOf(graph);
  if (graph.devices > graph.npus) {
    const got = `${graph.devices - graph.npus} switches`;
    throw new ConfigError([{ path: 'devices', expected: 'NPUs linked directly, without switches', got }]);
  }
  const opposite = new Map(graph.links.map(({ from, to }, link) => [to * graph.npus + from, link]));
  const cables = graph.links.flatMap(({ from, to }, there): Cable[] => {
    const back = opposite.get(from * graph.npus + to);
    if (from > to || back === undefined) return [];
    return [{ a: from, b: to, capacity: least(capacities[there] as bigint, capacities[back] as bigint), there, back }];
  });
  return { unit, capacities, cables };
}

/** The least (capacity between parts) / (parts - 1). */
export function strength(
  npus: number,
  cables: readonly Cable[],
  watch: Watch = {},
): { readonly ratio: Fraction; readonly parts: readonly (readonly number[])[] } {
  const { ratio, parts } = weakestPartition(
    bothWays(npus, cables),
    cables.flatMap(({ capacity }) => [capacity, capacity]),
    watch,
  );
  // A cable between two parts leaves both.
  if (ratio.numerator > 0n) return { ratio: times(ratio, fraction(1n, 2n)), parts };
  const expected = `cables, both ways, between NPU ${parts[0]?.[0]} and NPU ${parts[1]?.[0]}`;
  throw new ConfigError([{ path: 'links', expected, got: 'none' }]);
}

/** Cables as a graph of links: cable i has the links 2i and 2i + 1. Bandwidths are unused. */
export function bothWays(npus: number, cables: readonly Cable[]): LinkGraph {
  const links = cables.flatMap(({ a, b }) => [
    { from: a, to: b, bandwidth: 1, latency: 0 },
    { from: b, to: a, bandwidth: 1, latency: 0 },
  ]);
  return { npus, devices: npus, links };
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
