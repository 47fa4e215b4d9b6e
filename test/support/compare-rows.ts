import type { LinkGraph } from '../../src/topology/link-graph.js';

/** A network and the times of published algorithms on it. */
export interface CompareRow {
  readonly graph: string;
  readonly bytes: number;
  readonly latencyNs: number;
  readonly lowerBoundNs: number;
  readonly links: readonly (readonly [number, number, number])[];
  /** Vertices that are NPUs; the others are switches. */
  readonly compute: readonly number[];
  /** Times by algorithm, ns. */
  readonly ag: Readonly<Record<string, number>>;
  readonly ar: Readonly<Record<string, number>>;
}

/** NPUs get the numbers 0, 1, ... in their order, switches those after. */
export function graphOfRow({ links, compute, latencyNs: latency }: CompareRow): LinkGraph {
  const number = new Map(compute.map((vertex, npu) => [vertex, npu]));
  const renumber = (vertex: number) => {
    const known = number.get(vertex);
    if (known !== undefined) return known;
    number.set(vertex, number.size);
    return number.size - 1;
  };
  const directed = links.map(([a, b, bandwidth]) => ({ from: renumber(a), to: renumber(b), bandwidth, latency }));
  return { npus: compute.length, devices: number.size, links: directed };
}
