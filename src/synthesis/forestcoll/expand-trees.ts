import type { LinkGraph } from '../../topology/link-graph.js';
import type { Tree } from './forest.js';
import type { Route } from './routes.js';
import type { Connection } from './switch-removal.js';
import type { ChannelTree } from './tree-packing.js';

/**
 * Lays trees over the routes of their connections. A tree that no single route is wide enough for splits
 * into lighter ones.
 */
export function expandTrees(
  { devices, links }: LinkGraph,
  connections: readonly Connection[],
  trees: readonly ChannelTree[],
): Tree[] {
  const routes = connections.map((connection) => connection.routes.map((route) => ({ ...route })));
  const expanded: Tree[] = [];
  for (const { root, weight, channels } of trees) {
    let left = weight;
    while (left > 0) {
      const chosen = channels.map((channel) => fitting(routes[channel] as Route[], left));
      const units = chosen.reduce((least, route) => Math.min(least, route.units), left);
      for (const route of chosen) route.units -= units;
      left -= units;
      const edges = channels.map((channel, i) => {
        const { from, to } = connections[channel] as Connection;
        return { from, to, path: withoutLoops((chosen[i] as Route).path) };
      });
      expanded.push({ root, weight: units, edges });
    }
  }
  return expanded;

  /** A path through switches may come by one twice; the way between can be left out. */
  function withoutLoops(path: readonly number[]): number[] {
    const short: number[] = [];
    const stepsAt: number[] = new Array(devices).fill(-1);
    for (const link of path) {
      const { from, to } = links[link] as { from: number; to: number };
      if (short.length === 0) stepsAt[from] = 0;
      short.push(link);
      const before = stepsAt[to] as number;
      if (before < 0) {
        stepsAt[to] = short.length;
        continue;
      }
      for (const skipped of short.splice(before)) {
        const passed = (links[skipped] as { to: number }).to;
        if (passed !== to) stepsAt[passed] = -1;
      }
    }
    return short;
  }
}

/** The narrowest route that is wide enough, else the widest. */
function fitting(routes: readonly Route[], units: number): Route {
  let best = routes[0] as Route;
  for (const route of routes) {
    const isWide = route.units >= units;
    if (isWide ? best.units < units || route.units < best.units : route.units > best.units) best = route;
  }
  return best;
}
