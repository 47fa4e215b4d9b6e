import type { DirectedLink, LinkGraph } from './link-graph.js';

/** Links by device: those of device d are `links[first[d]]` ... `links[first[d + 1] - 1]`, in order of number. */
export interface Adjacency {
  readonly first: Int32Array;
  readonly links: Int32Array;
}

/** The links that leave each device (`from`) or lead to it (`to`). */
export function adjacency(graph: LinkGraph, side: 'from' | 'to'): Adjacency {
  const first = new Int32Array(graph.devices + 1);
  for (const link of graph.links) first[link[side] + 1] = (first[link[side] + 1] as number) + 1;
  for (let d = 0; d < graph.devices; d++) first[d + 1] = (first[d + 1] as number) + (first[d] as number);
  const place = first.slice();
  const links = new Int32Array(graph.links.length);
  for (const [number, link] of graph.links.entries()) {
    const at = place[link[side]] as number;
    links[at] = number;
    place[link[side]] = at + 1;
  }
  return { first, links };
}

/** Result of a breadth-first search. */
export interface Search {
  /** Per device: links from it to the nearest goal; -1 if none is reachable. */
  readonly hops: Int32Array;
  /** Devices that reach a goal, nearest first. */
  readonly order: Int32Array;
}

/**
 * Hops from every device to the nearest of `goals`, given the links that lead `into` devices;
 * given the links that leave them, hops from the goals instead.
 */
export function search(graph: LinkGraph, into: Adjacency, side: 'from' | 'to', goals: readonly number[]): Search {
  const hops = new Int32Array(graph.devices).fill(-1);
  const found = new Int32Array(graph.devices);
  let count = 0;
  for (const goal of goals) {
    hops[goal] = 0;
    found[count++] = goal;
  }
  for (let i = 0; i < count; i++) {
    const device = found[i] as number;
    const last = into.first[device + 1] as number;
    for (let k = into.first[device] as number; k < last; k++) {
      const other = (graph.links[into.links[k] as number] as DirectedLink)[side];
      if (hops[other] !== -1) continue;
      hops[other] = (hops[device] as number) + 1;
      found[count++] = other;
    }
  }
  return { hops, order: found.subarray(0, count) };
}
