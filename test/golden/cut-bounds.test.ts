import { expect, it } from 'vitest';
import { ConfigError } from '../../src/base/errors.js';
import { gatherBound, reduceScatterBound } from '../../src/bounds/gather-bound.js';
import { allReduceCut, broadcastRate } from '../../src/bounds/separating-cut.js';
import { treePackingBound } from '../../src/bounds/tree-packing-bound.js';
import { goldenRows } from '../support/golden-folder.js';
import { graphOf, type LinkRow, print, short } from './synthesis-rows.js';

interface OptimumRow {
  readonly graph: string;
  readonly vertices: number;
  readonly compute: readonly number[];
  readonly links_: readonly LinkRow[];
  readonly inverseX: string;
  readonly exactOwn?: string;
  readonly cutBruteForce?: string;
}

it.each(['forestcoll-optimum', 'forestcoll-large'])('gather bound of every row of %s', (file) => {
  for (const row of goldenRows<OptimumRow>(file)) {
    const graph = graphOf(row.vertices, row.compute, row.links_);
    const bound = print(gatherBound(graph));
    for (const expected of [row.inverseX, row.exactOwn, row.cutBruteForce]) {
      if (expected !== undefined) expect(bound, row.graph).toBe(short(expected));
    }
    // As much enters a set as leaves it on these graphs, so the reversed one has the same bound.
    expect(print(reduceScatterBound(graph)), row.graph).toBe(bound);
  }
});

interface LargeRow {
  readonly graph: string;
  readonly vertices: number;
  readonly npus: number;
  readonly exact: string;
  readonly links: readonly LinkRow[];
  readonly compute: readonly [first: number, last: number];
}

it('gather bound of every row of optimum-large-own', () => {
  for (const row of goldenRows<LargeRow>('optimum-large-own')) {
    const npus = Array.from({ length: row.npus }, (_, i) => row.compute[0] + i);
    expect(npus.at(-1)).toBe(row.compute[1]);
    expect(print(gatherBound(graphOf(row.vertices, npus, row.links))), row.graph).toBe(row.exact);
  }
});

interface PackingRow {
  readonly graph: string;
  readonly npus: number;
  readonly gpus: readonly number[];
  readonly connected: boolean;
  readonly links?: readonly LinkRow[];
  readonly broadcastRatePerRoot?: readonly number[];
  readonly undirectedPacking?: string;
  readonly allGatherInverseX?: string;
}

it('bounds of every row of blink-packing', () => {
  for (const row of goldenRows<PackingRow>('blink-packing')) {
    const graph = graphOf(row.npus, Array.from(row.gpus.keys()), row.links ?? []);
    if (!row.connected) {
      if (row.links === undefined) expect(() => gatherBound(graph), row.graph).toThrow(ConfigError);
      continue;
    }
    expect(print(gatherBound(graph)), row.graph).toBe(row.allGatherInverseX);
    const packing = treePackingBound(graph);
    expect(print(packing), row.graph).toBe(row.undirectedPacking);
    const rates = Array.from({ length: row.npus }, (_, root) => Number(print(broadcastRate(graph, root))));
    expect(rates, row.graph).toEqual(row.broadcastRatePerRoot);
    // On a balanced graph every separating cut counts for every root.
    expect(Number(print(allReduceCut(graph))), row.graph).toBe(Math.min(...rates));
  }
});
