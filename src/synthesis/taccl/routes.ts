import type { LinkGraph } from '../../topology/link-graph.js';
import { ShortestPaths } from '../shortest-paths.js';

/** How a chunk gets everywhere: a tree of links away from the NPU that has it. */
export interface ChunkRoute {
  readonly source: number;
  /** Link numbers in any order. */
  readonly links: readonly number[];
}

/**
 * Shortest paths by link time from every NPU to every other, as one tree per NPU, repeated for each
 * of its chunks: chunk c is that of NPU floor(c / chunksPerNpu). For graphs of direct links.
 */
export function shortestRoutes(graph: LinkGraph, chunkBytes: number, chunksPerNpu: number): ChunkRoute[] {
  const paths = new ShortestPaths(graph, chunkBytes);
  return Array.from({ length: graph.npus }, (_, source) => {
    const links = Array.from(paths.lastLinks(source)).filter((link) => link >= 0);
    return new Array<ChunkRoute>(chunksPerNpu).fill({ source, links });
  }).flat();
}
