import type { LinkGraph } from '../../src/topology/link-graph.js';

export type Cable = readonly [a: number, b: number, bandwidth: number];

/** Full-duplex cables: link 2i goes there, link 2i + 1 back. */
export function cabled(npus: number, devices: number, cables: readonly Cable[]): LinkGraph {
  const links = cables.flatMap(([a, b, bandwidth]) => [
    { from: a, to: b, bandwidth, latency: 500 },
    { from: b, to: a, bandwidth, latency: 500 },
  ]);
  return { npus, devices, links };
}

export const ring = (npus: number, bandwidth = 1) =>
  cabled(
    npus,
    npus,
    Array.from({ length: npus }, (_, i): Cable => [i, (i + 1) % npus, bandwidth]),
  );

/** All NPUs on one switch. */
export const star = (npus: number, bandwidth = 1) =>
  cabled(
    npus,
    npus + 1,
    Array.from({ length: npus }, (_, i): Cable => [i, npus, bandwidth]),
  );

/** Sides above 2. */
export const torus = (rows: number, columns: number, bandwidth = 1) => {
  const at = (row: number, column: number) => (row % rows) * columns + (column % columns);
  const cables: Cable[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      cables.push([at(row, column), at(row, column + 1), bandwidth], [at(row, column), at(row + 1, column), bandwidth]);
    }
  }
  return cabled(rows * columns, rows * columns, cables);
};

/** Boxes of NPUs on a switch each, and rail switches between NPUs with the same place in their boxes. */
export const rails = (boxes: number, npusPerBox: number, inside: number, outside: number) => {
  const npus = boxes * npusPerBox;
  const cables: Cable[] = [];
  for (let npu = 0; npu < npus; npu++) {
    cables.push([npu, npus + Math.floor(npu / npusPerBox), inside]);
    cables.push([npu, npus + boxes + (npu % npusPerBox), outside]);
  }
  return cabled(npus, npus + boxes + npusPerBox, cables);
};

/** Parallel links become one, with the sum of their bandwidths. */
export function merged({ npus, devices, links }: LinkGraph): LinkGraph {
  const byEnds = new Map<string, { from: number; to: number; bandwidth: number; latency: number }>();
  for (const link of links) {
    const key = `${link.from} ${link.to}`;
    const present = byEnds.get(key);
    if (present === undefined) byEnds.set(key, { ...link });
    else present.bandwidth += link.bandwidth;
  }
  return { npus, devices, links: [...byEnds.values()] };
}
