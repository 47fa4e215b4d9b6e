import { ConfigError } from '../base/errors.js';
import type { DirectedLink, LinkGraph } from '../topology/link-graph.js';
import type { Forest, TreeEdge, TreePair } from './forestcoll/forest.js';
import { ShortestPaths } from './shortest-paths.js';
import type { TreeCollective } from './tree-schedule.js';

/** Trees of one step from each root as pairs: of an all-reduce, everybody first sends straight to the root. */
export function starPairs(graph: LinkGraph, { trees }: Forest, collective: TreeCollective): TreePair[] {
  const downTo = new Map(
    trees.flatMap(({ root, edges }) => edges.map((edge) => [root * graph.npus + edge.to, edge] as const)),
  );
  return trees.map(({ root, weight, edges }) => {
    const up = edges.map(({ to }) => downTo.get(to * graph.npus + root) as TreeEdge);
    return { root, weight, up: collective === 'all-reduce' ? up : [], down: edges };
  });
}

/** Steps that the search for a cycle may take: enough for regular networks. */
const MOST_STEPS = 20_000;

/**
 * Chains both ways round a cycle that visits every NPU once, one tree each way from every root: the ring
 * algorithm. Consecutive NPUs are linked directly or through switches.
 * @throws ConfigError where no such cycle was found.
 */
export function cyclePairs(graph: LinkGraph, collective: TreeCollective): TreePair[] {
  const { npus } = graph;
  const order = widestCycle(graph);
  if (order === undefined || npus < 2) {
    throw new ConfigError([{ path: 'links', expected: 'a cycle through all NPUs', got: 'none found' }]);
  }
  const paths = new ShortestPaths(graph, 0);
  const at = (place: number) => order[((place % npus) + npus) % npus] as number;
  const edge = (from: number, to: number): TreeEdge => ({ from, to, path: paths.path(from, to) });
  return order.flatMap((root, place) =>
    [1, -1].map((way): TreePair => {
      const chain = Array.from({ length: npus - 1 }, (_, k) => edge(at(place + way * k), at(place + way * (k + 1))));
      // The contributions come round from the NPU after the root.
      const up = Array.from({ length: npus - 1 }, (_, k) => edge(at(place + way * (k + 1)), at(place + way * (k + 2))));
      return { root, weight: 1, up: collective === 'all-reduce' ? up : [], down: chain };
    }),
  );
}

/** A cycle over links of the largest bandwidth that allows one. */
function widestCycle(graph: LinkGraph): number[] | undefined {
  const widths = [...new Set(graph.links.map(({ bandwidth }) => bandwidth))].sort((a, b) => b - a);
  for (const width of widths) {
    const order = findCycle({ ...graph, links: graph.links.filter(({ bandwidth }) => bandwidth >= width) });
    if (order !== undefined) return order;
  }
  return undefined;
}

/** A cycle over NPUs that reach each other without passing a third; by depth-first search, low numbers first. */
function findCycle(graph: LinkGraph): number[] | undefined {
  const { npus } = graph;
  const neighbours = neighboursOf(graph);
  const order = [0];
  const visited = new Uint8Array(npus);
  visited[0] = 1;
  let steps = 0;
  const extend = (): boolean => {
    if (++steps > MOST_STEPS) return false;
    const last = order[order.length - 1] as number;
    if (order.length === npus)
      return (neighbours[last] as Set<number>).has(0) && (neighbours[0] as Set<number>).has(last);
    // From here on, the next number first: rings and boxes are numbered along their cables.
    const ahead = [...(neighbours[last] as Set<number>)].sort(
      (a, b) => ((a - last + npus) % npus) - ((b - last + npus) % npus),
    );
    for (const next of ahead) {
      if (visited[next] === 1 || !(neighbours[next] as Set<number>).has(last)) continue;
      visited[next] = 1;
      order.push(next);
      if (extend()) return true;
      order.pop();
      visited[next] = 0;
    }
    return false;
  };
  return extend() ? order : undefined;
}

/** Per NPU, those it reaches over links and switches. */
function neighboursOf({ npus, devices, links }: LinkGraph): Set<number>[] {
  const out: number[][] = Array.from({ length: devices }, () => []);
  for (const { from, to } of links as readonly DirectedLink[]) (out[from] as number[]).push(to);
  return Array.from({ length: npus }, (_, npu) => {
    const met = new Set([npu]);
    const queue = [npu];
    for (const device of queue) {
      for (const to of out[device] as number[]) {
        if (met.has(to)) continue;
        met.add(to);
        if (to >= npus) queue.push(to);
      }
    }
    return new Set([...met].filter((device) => device < npus && device !== npu));
  });
}
