import type { DirectedLink, LinkGraph } from '../topology/link-graph.js';

/** The time a link is taken to be busy with a message, ns. */
export function linkNs({ latency, bandwidth }: DirectedLink, bytes: number): number {
  return latency + bytes / bandwidth;
}

/**
 * Shortest paths between the devices of a graph by the time links are busy with a message of some
 * size. Of equally short paths the one whose last but one device has the lower number is taken, and
 * of parallel links the fastest.
 */
export class ShortestPaths {
  private readonly times: Float64Array;
  private readonly linksIn: readonly number[][];
  private readonly linksOut: readonly number[][];
  private readonly trees = new Map<number, Int32Array>();

  constructor(
    private readonly graph: LinkGraph,
    bytes: number,
  ) {
    this.times = Float64Array.from(graph.links, (link) => linkNs(link, bytes));
    this.linksIn = Array.from({ length: graph.devices }, () => []);
    this.linksOut = Array.from({ length: graph.devices }, () => []);
    for (const [i, { from, to }] of graph.links.entries()) {
      (this.linksIn[to] as number[]).push(i);
      (this.linksOut[from] as number[]).push(i);
    }
  }

  /** For every device the last link on the way to it from a source; -1 for the source itself. */
  lastLinks(source: number): Int32Array {
    let tree = this.trees.get(source);
    if (tree === undefined) {
      const distance = this.distancesFrom(source);
      tree = Int32Array.from(distance, (_, device) => (device === source ? -1 : this.lastLink(device, distance)));
      this.trees.set(source, tree);
    }
    return tree;
  }

  /** The links from one device to another, in order. */
  path(from: number, to: number): number[] {
    const tree = this.lastLinks(from);
    const path: number[] = [];
    for (let at = to; at !== from; ) {
      const link = tree[at] as number;
      path.push(link);
      at = (this.graph.links[link] as DirectedLink).from;
    }
    return path.reverse();
  }

  /** For every device how long links on the way to it are busy, ns. Dijkstra's distances, with a linear search for the nearest: graphs have a thousand devices at most. */
  distancesFrom(source: number): Float64Array {
    const { devices, links } = this.graph;
    const distance = new Float64Array(devices).fill(Number.POSITIVE_INFINITY);
    const settled = new Uint8Array(devices);
    distance[source] = 0;
    for (;;) {
      let nearest = -1;
      let least = Number.POSITIVE_INFINITY;
      for (let device = 0; device < devices; device++) {
        const far = distance[device] as number;
        if (far >= least || settled[device] === 1) continue;
        nearest = device;
        least = far;
      }
      if (nearest < 0) return distance;
      settled[nearest] = 1;
      for (const link of this.linksOut[nearest] as number[]) {
        const { to } = links[link] as DirectedLink;
        const along = least + (this.times[link] as number);
        if (along < (distance[to] as number)) distance[to] = along;
      }
    }
  }

  private lastLink(device: number, distance: Float64Array): number {
    let best = -1;
    for (const link of this.linksIn[device] as number[]) {
      const { from } = this.graph.links[link] as DirectedLink;
      if ((distance[from] as number) + (this.times[link] as number) !== distance[device]) continue;
      if (best < 0 || from < (this.graph.links[best] as DirectedLink).from) best = link;
    }
    return best;
  }
}
