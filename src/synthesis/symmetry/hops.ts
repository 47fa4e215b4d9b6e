import type { DirectedLink, LinkGraph } from '../../topology/link-graph.js';

/** A way from an NPU to another over links, with nothing but switches in between. */
export interface Hop {
  /** By which hops are listed: from 0, those of one NPU after those of the NPU before. */
  readonly number: number;
  readonly from: number;
  readonly to: number;
  readonly path: readonly number[];
}

/** Equally short ways to one NPU that are kept: through other spines. */
const MOST_WAYS = 4;

/** Of every NPU, the shortest ways to the NPUs that it reaches past no other. */
export function hopsOf(graph: LinkGraph): readonly (readonly Hop[])[] {
  const out: number[][] = Array.from({ length: graph.devices }, () => []);
  for (const [i, { from }] of graph.links.entries()) (out[from] as number[]).push(i);
  let number = 0;
  return Array.from({ length: graph.npus }, (_, from) =>
    hopsFrom(from, graph, out).map((hop): Hop => ({ ...hop, number: number++ })),
  );
}

type Way = Omit<Hop, 'number'>;

function hopsFrom(from: number, { npus, links }: LinkGraph, out: readonly (readonly number[])[]): Way[] {
  const hops: Way[] = [];
  const distance = new Map([[from, 0]]);
  /** Ways to the devices at the distance at hand. */
  let ways: Way[] = [{ from, to: from, path: [] }];
  for (let far = 1; ways.length > 0; far++) {
    const next: Way[] = [];
    const count = new Map<number, number>();
    for (const { to: at, path } of ways) {
      for (const link of out[at] as readonly number[]) {
        const { to } = links[link] as DirectedLink;
        if ((distance.get(to) ?? far) < far || (count.get(to) ?? 0) >= MOST_WAYS) continue;
        distance.set(to, far);
        count.set(to, (count.get(to) ?? 0) + 1);
        const way = { from, to, path: [...path, link] };
        if (to < npus) hops.push(way);
        else next.push(way);
      }
    }
    ways = next;
  }
  return hops;
}
