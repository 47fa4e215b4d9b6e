import { ConfigError, type Issue } from '../errors.js';
import type { LinkGraph } from '../topology/link-graph.js';
import { amountsUpTo } from './amount.js';
import { capacitiesOf, sum } from './capacities.js';
import { npusNear } from './cut-network.js';
import { compareFractions, type Fraction, fraction, times } from './fraction.js';
import type { Watch } from './progress.js';
import { type Cable, weakestPartition } from './weakest-partition.js';

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

/** The cables of a graph without switches, each pair of NPUs once, in units of `unit` bytes per ns. */
export function cablesOf(graph: LinkGraph): { readonly unit: Fraction; readonly cables: readonly Cable[] } {
  const { of: capacities, unit } = capacitiesOf(graph);
  if (graph.devices > graph.npus) {
    const got = `${graph.devices - graph.npus} switches`;
    throw new ConfigError([{ path: 'devices', expected: 'NPUs linked directly, without switches', got }]);
  }
  const directed = new Map<number, bigint>();
  graph.links.forEach(({ from, to }, link) => {
    const key = from * graph.npus + to;
    directed.set(key, (directed.get(key) ?? 0n) + (capacities[link] as bigint));
  });
  const cables: Cable[] = [];
  for (const [key, there] of directed) {
    const a = Math.floor(key / graph.npus);
    const b = key % graph.npus;
    const back = directed.get(b * graph.npus + a) ?? 0n;
    if (a < b && back > 0n) cables.push({ a, b, capacity: there < back ? there : back });
  }
  return { unit, cables };
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
  const total = sum(cables.map(({ capacity }) => capacity));
  // The largest number below is the limit of a flow: all cables and all potentials, times a denominator.
  const amount = amountsUpTo(8n * BigInt(graph.npus) ** 2n * (total + 1n));
  const order = npusNear(graph, 0);
  let parts: readonly (readonly number[])[] = order.map((npu) => [npu]);
  let ratio = ratioOf(parts);
  for (;;) {
    const weakest = weakestPartition(order, cables, ratio, amount, watch);
    if (weakest.length < 2) return { ratio, parts };
    const smaller = ratioOf(weakest);
    if (compareFractions(smaller, ratio) >= 0) return { ratio, parts };
    parts = weakest;
    ratio = smaller;
  }

  function ratioOf(partition: readonly (readonly number[])[]): Fraction {
    const partOf = new Map(partition.flatMap((part, i) => part.map((npu) => [npu, i] as const)));
    const between = sum(cables.filter(({ a, b }) => partOf.get(a) !== partOf.get(b)).map(({ capacity }) => capacity));
    if (between === 0n) {
      const [first, second] = partition as readonly [readonly [number], readonly [number]];
      const expected = `cables, both ways, between NPU ${first[0]} and NPU ${second[0]}`;
      throw new ConfigError([{ path: 'links', expected, got: 'none' } satisfies Issue]);
    }
    return fraction(between, BigInt(partition.length - 1));
  }
}
