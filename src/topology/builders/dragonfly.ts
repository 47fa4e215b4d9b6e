import * as v from 'valibot';
import type { Quantity } from '../../base/units.js';
import { keys, parse } from '../../base/validate.js';
import { Cabling, checkGraphSize, type NamedGraph } from '../named-graph.js';
import { bandwidth, count, latency } from './options.js';

export interface DragonflyOptions {
  /** Groups; one cable joins every two. */
  readonly groups: number;
  /** Routers of a group; one cable joins every two. */
  readonly routers: number;
  /** Bandwidth of a cable inside a group. */
  readonly localBandwidth: Quantity;
  /** Bandwidth of a cable between groups. */
  readonly globalBandwidth: Quantity;
  /** Latency of a link. */
  readonly latency: Quantity;
  /** Latency of a link between groups. Default `latency`. */
  readonly globalLatency?: Quantity;
  /** NPUs on each router. Default: the NPUs are the routers. */
  readonly npus?: number;
  /** Bandwidth of an NPU's link to its router. Default `localBandwidth`. */
  readonly npuBandwidth?: Quantity;
}

const schema = keys({
  groups: count,
  routers: count,
  localBandwidth: bandwidth,
  globalBandwidth: bandwidth,
  latency,
  globalLatency: v.optional(latency),
  npus: v.optional(count),
  npuBandwidth: v.optional(bandwidth),
});

/**
 * A dragonfly (Kim, Dally, Scott, Abts: Technology-driven, highly-scalable dragonfly topology,
 * ISCA 2008). A group's cables to the other groups, in order of their numbers, go to its
 * routers in turn. The route with the fewest hops may cross a third group if that
 * saves cables inside groups.
 *
 * @throws ConfigError
 */
export function dragonfly(options: DragonflyOptions): NamedGraph {
  const asked = parse(schema, options);
  const { groups, routers } = asked;
  const local = { bandwidth: asked.localBandwidth, latency: asked.latency };
  const global = { bandwidth: asked.globalBandwidth, latency: asked.globalLatency ?? asked.latency };
  const total = groups * routers;
  checkGraphSize(total * (routers - 1) + groups * (groups - 1));
  const tiers = ['local', 'global', ...(asked.npus === undefined ? [] : ['NPU'])];
  const cabling = new Cabling(total * (asked.npus ?? 1), tiers);
  let first = 0;
  if (asked.npus !== undefined) {
    const terminal = { bandwidth: asked.npuBandwidth ?? asked.localBandwidth, latency: asked.latency };
    first = total * asked.npus;
    for (let router = 0; router < total; router++) {
      const device = cabling.addSwitch(`router ${Math.floor(router / routers)}.${router % routers}`);
      for (let i = 0; i < asked.npus; i++) cabling.addCable(router * asked.npus + i, device, terminal, 2);
    }
  }
  for (let group = 0; group < groups; group++) {
    const base = first + group * routers;
    for (let a = 0; a < routers; a++) {
      for (let b = a + 1; b < routers; b++) cabling.addCable(base + a, base + b, local, 0);
    }
  }
  // Among the other groups, j is number j - 1 for group i, and i is number i for j.
  for (let i = 0; i < groups; i++) {
    for (let j = i + 1; j < groups; j++) {
      cabling.addCable(first + i * routers + ((j - 1) % routers), first + j * routers + (i % routers), global, 1);
    }
  }
  return cabling.graph();
}
