import { ConfigError } from '../../base/errors.js';
import { graphNetworkBound } from '../../bounds/graph-bound.js';
import { type Collective, entersWithShare } from '../../collectives/collective.js';
import { networkOf } from '../../plan/machine.js';
import { prepare } from '../../simulate.js';
import type { MachineSpec } from '../../spec/spec.js';
import { edgesOf } from '../../topology/edges-of.js';
import type { NamedGraph } from '../../topology/named-graph.js';
import type { Network } from '../../topology/network.js';
import { ShortestPaths } from '../shortest-paths.js';

/** The network of a comparison, and what no algorithm can beat on it. */
export interface ComparedNetwork {
  readonly graph: NamedGraph;
  /** Dimensions of a grid; 1 for a graph. */
  readonly dimensions: number;
  /** The least time for a buffer of so many bytes, ns. */
  boundNs(bytes: number): number;
}

/** @throws ConfigError with everything that is wrong with the machine, and for more NPUs than these. */
export function comparedNetwork(
  machine: MachineSpec,
  collective: Collective,
  mostNpus = Number.POSITIVE_INFINITY,
): ComparedNetwork {
  const { asked, job } = prepare({ ...machine, collective: 'reduce-scatter', size: 1 });
  if (job.npus > mostNpus) {
    const expected = `at most ${Math.floor(mostNpus)} NPUs: comparisons on more take too long (a larger budget allows some)`;
    throw new ConfigError([{ path: 'topology', expected, got: `${job.npus} NPUs` }]);
  }
  if (asked.costs !== undefined) {
    const expected = 'dimensions that were fitted to this topology: a curve does not say which algorithm it is of';
    throw new ConfigError([{ path: 'costs', expected, got: 'none for it' }]);
  }
  if (job.dimensions.some(({ circuits }) => circuits !== undefined)) {
    const expected = 'wires that do not change, as both network models have to run on them';
    throw new ConfigError([{ path: 'topology', expected, got: 'circuits' }]);
  }
  const network = networkOf(job);
  const graph = edgesOf(network);
  const perRank = entersWithShare(collective) ? 1 / job.npus : 1;
  const nsPerByte = job.npus === 1 ? 0 : nsPerByteOf(collective, network) * perRank;
  const farthest = job.npus === 1 ? 0 : farthestNs(graph);
  return {
    graph,
    dimensions: job.dimensions.length,
    boundNs: (bytes) => Math.max(bytes * nsPerByte, farthest),
  };
}

/** Bounds by cuts are proportional to the bytes that each rank enters with. */
function nsPerByteOf(collective: Collective, network: Network): number {
  return graphNetworkBound(collective, 1, network).ns;
}

/** Somebody must hear from the farthest, whoever is whose: the latency of the longest of all shortest ways, ns. */
function farthestNs(graph: NamedGraph): number {
  const paths = new ShortestPaths(graph, 0);
  let farthest = 0;
  for (let from = 0; from < graph.npus; from++) {
    const far = paths.distancesFrom(from);
    for (let to = 0; to < graph.npus; to++) farthest = Math.max(farthest, far[to] as number);
  }
  return farthest;
}
