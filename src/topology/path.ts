import { ConfigError, show } from '../base/errors.js';
import { checkNetwork } from './check-network.js';
import type { Network } from './network.js';

/**
 * The links of a message's route, in order; empty if `from` is `to`.
 * @throws ConfigError if `network` is not a network, lacks a device, or has no route.
 */
export function pathLinks(network: Network, from: number, to: number): number[] {
  checkNetwork(network);
  const { devices } = network;
  const isDevice = (device: number) => Number.isInteger(device) && device >= 0 && device < devices;
  const issues = Object.entries({ from, to })
    .filter(([, device]) => !isDevice(device))
    .map(([path, device]) => ({ path, expected: `a device from 0 to ${devices - 1}`, got: show(device) }));
  if (issues.length > 0) throw new ConfigError(issues);
  const links: number[] = [];
  for (let link = network.next(from, to); link >= 0; link = network.next(network.end(link), to)) {
    // A route that visits a device twice never ends.
    if (links.length === devices) {
      throw new ConfigError([{ path: 'to', expected: `a device that messages from ${from} reach`, got: show(to) }]);
    }
    links.push(link);
  }
  return links;
}

/** Total cost of a route. */
export interface PathCost {
  readonly hops: number;
  /** Sum of its links' latencies, ns. */
  readonly latencyNs: number;
  /** The bandwidth of its slowest link, bytes per ns; Infinity for an empty route. */
  readonly bytesPerNs: number;
}

/**
 * The cost of a route without congestion. Consecutive links of equal latency count as a product,
 * not as a sum, so a route along one dimension of a grid has the bits of `hops * latency`.
 */
export function pathCost(network: Network, from: number, to: number): PathCost {
  let hops = 0;
  let latencyNs = 0;
  let bytesPerNs = Number.POSITIVE_INFINITY;
  let run = 0;
  let same = 0;
  for (let link = network.next(from, to); link >= 0; link = network.next(network.end(link), to)) {
    const latency = network.latency(link);
    hops++;
    if (latency !== same) {
      latencyNs += run * same;
      run = 0;
      same = latency;
    }
    run++;
    bytesPerNs = Math.min(bytesPerNs, network.bandwidth(link));
  }
  return { hops, latencyNs: latencyNs + run * same, bytesPerNs };
}

/**
 * Delay of a message without contention, whole ns: the latency of every link of its
 * route and one serialisation at the slowest, truncated once:
 * `trunc(sum of latencies + bytes / least bandwidth)`.
 */
export function pathDelay(network: Network, from: number, to: number, bytes: number): number {
  const { latencyNs, bytesPerNs } = pathCost(network, from, to);
  return Math.trunc(latencyNs + bytes / bytesPerNs);
}

/** {@link pathDelay} over the links from `links[begin]` to `links[end - 1]`. */
export function wayDelay(network: Network, links: Int32Array, begin: number, end: number, bytes: number): number {
  let latencyNs = 0;
  let bytesPerNs = Number.POSITIVE_INFINITY;
  for (let at = begin; at < end; at++) {
    latencyNs += network.latency(links[at] as number);
    bytesPerNs = Math.min(bytesPerNs, network.bandwidth(links[at] as number));
  }
  return Math.trunc(latencyNs + bytes / bytesPerNs);
}
