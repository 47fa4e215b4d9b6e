import { ConfigError } from '../base/errors.js';
import { type Adjacency, adjacency, search } from './adjacency.js';
import { graphIssues } from './check-graph.js';
import type { DirectedLink } from './link-graph.js';
import type { NamedGraph, Ties } from './named-graph.js';
import type { LinkGroup, Network } from './network.js';

/**
 * Routing compares sums of latencies, which must not depend on the order of addition:
 * it counts in whole units of 2^-20 ns. Sums below 2^33 ns are exact.
 */
const TICKS_PER_NS = 2 ** 20;

/**
 * The network of a graph. A message takes a route with the fewest hops and, among those, with
 * the least latency. If several remain, each device chooses:
 * - `"first"`: the link that comes first in the list. The graph of a grid then has the grid's own routes;
 * - `"spread"`: of k links, number `floor(to / k^level) mod k`, where `level` is 0 at NPUs and
 *   at switches that have NPUs, and grows by one with each link away from them. In a fat tree
 *   this is D-mod-k routing (Zahavi, Johnson, Kerbyson, Lang: Optimized InfiniBand fat-tree
 *   routing for shift all-to-all communication patterns, 2010): routes to neighbouring NPUs use
 *   different spines.
 *
 * Routes to an NPU are computed when a message first goes there, and kept: 4 bytes per device
 * for each such NPU.
 *
 * @throws ConfigError that lists all problems of the graph; paths such as `links[3].bandwidth`.
 */
export function graphNetwork(graph: NamedGraph): Network {
  const issues = graphIssues(graph);
  if (issues.length > 0) throw new ConfigError(issues);
  return new GraphNetwork(graph);
}

class GraphNetwork implements Network {
  readonly npus: number;
  readonly devices: number;
  readonly links: number;
  readonly groups: readonly LinkGroup[];

  private readonly graph: NamedGraph;
  private readonly ties: Ties;
  private readonly out: Adjacency;
  private readonly into: Adjacency;
  /** Per link: latency in ticks. */
  private readonly ticks: Float64Array;
  /** Per destination: the next link at each device. */
  private readonly tables: (Int32Array | undefined)[] = [];
  /** Per device: links to the nearest NPU. */
  private levels: Int32Array | undefined;

  constructor(graph: NamedGraph) {
    this.graph = graph;
    this.npus = graph.npus;
    this.devices = graph.devices;
    this.links = graph.links.length;
    this.groups = graph.groups ?? [{ name: 'links' }];
    this.ties = graph.ties ?? 'first';
    this.out = adjacency(graph, 'from');
    this.into = adjacency(graph, 'to');
    this.ticks = Float64Array.from(graph.links, ({ latency }) => Math.round(latency * TICKS_PER_NS));
  }

  next(device: number, to: number): number {
    let table = this.tables[to];
    if (table === undefined) {
      table = this.waysTo(to);
      this.tables[to] = table;
    }
    return table[device] as number;
  }

  start(link: number): number {
    return (this.graph.links[link] as DirectedLink).from;
  }

  end(link: number): number {
    return (this.graph.links[link] as DirectedLink).to;
  }

  bandwidth(link: number): number {
    return (this.graph.links[link] as DirectedLink).bandwidth;
  }

  latency(link: number): number {
    return (this.graph.links[link] as DirectedLink).latency;
  }

  owner(link: number): number {
    return this.start(link);
  }

  port(link: number): string {
    return this.name(link);
  }

  group(link: number): number {
    return this.graph.groupOf?.[link] ?? 0;
  }

  name(link: number): string {
    const deviceName = (device: number) => (device < this.npus ? `NPU ${device}` : `switch ${device - this.npus}`);
    return this.graph.names?.[link] ?? `${deviceName(this.start(link))} -> ${deviceName(this.end(link))}`;
  }

  /** The next link at each device towards `to`, computed from near to far. */
  private waysTo(to: number): Int32Array {
    const { hops, order } = search(this.graph, this.into, 'from', [to]);
    const { first, links } = this.out;
    const far = new Float64Array(this.devices);
    const next = new Int32Array(this.devices).fill(-1);
    /** Equally good links at one device. */
    const equal: number[] = [];
    for (const device of order.subarray(1)) {
      const nearer = (hops[device] as number) - 1;
      let least = Number.POSITIVE_INFINITY;
      equal.length = 0;
      for (let k = first[device] as number; k < (first[device + 1] as number); k++) {
        const link = links[k] as number;
        const end = this.end(link);
        if (hops[end] !== nearer) continue;
        const ticks = (far[end] as number) + (this.ticks[link] as number);
        if (ticks > least) continue;
        if (ticks < least) equal.length = 0;
        least = ticks;
        equal.push(link);
      }
      far[device] = least;
      next[device] = equal[this.choice(device, to, equal.length)] as number;
    }
    return next;
  }

  private choice(device: number, to: number, count: number): number {
    if (this.ties === 'first' || count === 1) return 0;
    this.levels ??= search(
      this.graph,
      this.into,
      'from',
      Array.from({ length: this.npus }, (_, npu) => npu),
    ).hops;
    const level = Math.max(0, (this.levels[device] as number) - 1);
    return Math.floor(to / count ** level) % count;
  }
}
