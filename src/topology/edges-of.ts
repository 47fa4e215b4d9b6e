import { checkNetwork } from './check-network.js';
import { checkGraphSize, type NamedGraph } from './named-graph.js';
import type { Network } from './network.js';

/**
 * A network as a graph: the same devices, links, numbers and names. For a grid,
 * `graphNetwork(edgesOf(grid))` also has the same routes.
 *
 * @throws ConfigError if the value is not a network, or has more than 2^22 devices or links.
 */
export function edgesOf(network: Network): NamedGraph {
  checkNetwork(network);
  return listedEdges(network);
}

/**
 * {@link edgesOf} for our own networks, which need no check.
 * @throws ConfigError if there are more than 2^22 devices or links.
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
