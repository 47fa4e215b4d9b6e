import type { DirectedLink, LinkGraph } from '../../topology/link-graph.js';

/** How a chunk gets everywhere: a tree of links away from the NPU that has it. */
export interface ChunkRoute {
  readonly source: number;
  /** Link numbers in any order. */
  readonly links: readonly number[];
}

/** The time a link is taken to be busy with a chunk, ns. */
export function linkNs({ latency, bandwidth }: DirectedLink, chunkBytes: number): number {
  return latency + chunkBytes / bandwidth;
}

/**
 * Shortest paths by link time from every NPU to every other, as one tree per NPU, repeated for each
 * of its chunks: chunk c is that of NPU floor(c / chunksPerNpu). Of equally short paths the one
 * with the lower last but one NPU is taken, and of parallel links the fastest.
 */
export function shortestRoutes(graph: LinkGraph, chunkBytes: number, chunksPerNpu: number): ChunkRoute[] {
  const linksIn: number[][] = Array.from({ length: graph.devices }, () => []);
  for (const [i, { to }] of graph.links.entries()) (linksIn[to] as number[]).push(i);
  const times = Float64Array.from(graph.links, (link) => linkNs(link, chunkBytes));
  const routes: ChunkRoute[] = [];
  for (let source = 0; source < graph.npus; source++) {
    const distance = distancesFrom(source, graph, times);
    const links: number[] = [];
    for (let npu = 0; npu < graph.npus; npu++) {
      if (npu !== source) links.push(lastLink(npu, distance, graph, linksIn[npu] as number[], times));
    }
    for (let k = 0; k < chunksPerNpu; k++) routes.push({ source, links });
  }
  return routes;
}

/** Dijkstra's distances with a linear search for the nearest: graphs of a few hundred devices. */
function distancesFrom(source: number, { devices, links }: LinkGraph, times: Float64Array): Float64Array {
  const linksOut: number[][] = Array.from({ length: devices }, () => []);
  for (const [i, { from }] of links.entries()) (linksOut[from] as number[]).push(i);
  const distance = new Float64Array(devices).fill(Number.POSITIVE_INFINITY);
  const settled = new Uint8Array(devices);
  distance[source] = 0;
  for (;;) {
    let nearest = -1;
    for (let device = 0; device < devices; device++) {
      if (settled[device] === 1 || distance[device] === Number.POSITIVE_INFINITY) continue;
      if (nearest < 0 || (distance[device] as number) < (distance[nearest] as number)) nearest = device;
    }
    if (nearest < 0) return distance;
    settled[nearest] = 1;
    for (const link of linksOut[nearest] as number[]) {
      const { to } = links[link] as DirectedLink;
      const along = (distance[nearest] as number) + (times[link] as number);
      if (along < (distance[to] as number)) distance[to] = along;
    }
  }
}

function lastLink(
  npu: number,
  distance: Float64Array,
  { links }: LinkGraph,
  linksIn: readonly number[],
  times: Float64Array,
): number {
  let best = -1;
  for (const link of linksIn) {
    const { from } = links[link] as DirectedLink;
    if ((distance[from] as number) + (times[link] as number) !== distance[npu]) continue;
    if (best < 0 || from < (links[best] as DirectedLink).from) best = link;
  }
  return best;
}
