import { checkNetwork } from './check-network.js';
import { checkGraphSize, type NamedGraph } from './named-graph.js';
import type { Network } from './network.js';

/**
 * A network as a graph: the same devices, links, numbers and names. Of a grid,
 * `graphNetwork(edgesOf(grid))` also has the same routes.
 *
 * @throws ConfigError for what is no network, and when there are more than 2^22 devices or links.
 */
export function edgesOf(network: Network): NamedGraph {
  checkNetwork(network);
  return listedEdges(network);
}

/**
 * {@link edgesOf} for networks of our own making, which need no check.
 * @throws ConfigError when there are more than 2^22 devices or links.
 */
export function listedEdges(network: Network): NamedGraph {
  const { npus, devices, groups } = network;
  checkGraphSize(Math.max(devices, network.links));
  const numbers = Array.from({ length: network.links }, (_, link) => link);
  return {
    npus,
    devices,
    links: numbers.map((link) => ({
      from: network.start(link),
      to: network.end(link),
      bandwidth: network.bandwidth(link),
      latency: network.latency(link),
    })),
    names: numbers.map((link) => network.name(link)),
    groups,
    groupOf: numbers.map((link) => network.group(link)),
  };
}
