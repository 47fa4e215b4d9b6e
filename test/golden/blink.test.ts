import { expect, it } from 'vitest';
import { fraction, over, toNumber } from '../../src/bounds/fraction.js';
import { cablesOf, treePackingBound } from '../../src/bounds/tree-packing-bound.js';
import { buildBroadcastForest } from '../../src/synthesis/blink/broadcast-forest.js';
import { packDisjointTrees } from '../../src/synthesis/blink/disjoint-trees.js';
import { buildTreePackingForest } from '../../src/synthesis/blink/few-trees.js';
import { packByWeights } from '../../src/synthesis/blink/multiplicative-weights.js';
import { checkAllReduceForest, checkForest } from '../../src/synthesis/forestcoll/check-forest.js';
import type { LinkGraph } from '../../src/topology/link-graph.js';
import { goldenRows } from '../support/golden-folder.js';
import { graphOf, type LinkRow, print } from './synthesis-rows.js';

interface PackingRow {
  readonly graph: string;
  readonly npus: number;
  readonly connected: boolean;
  readonly links: readonly LinkRow[];
  readonly broadcastRatePerRoot: readonly number[];
  readonly undirectedPacking: string;
  readonly undirectedPackingInteger: number;
}

const range = (size: number) => Array.from({ length: size }, (_, i) => i);
const weightOf = (trees: readonly { readonly weight: number }[]) => trees.reduce((sum, { weight }) => sum + weight, 0);

it('packs trees at the rates of every row of blink-packing', () => {
  for (const row of goldenRows<PackingRow>('blink-packing')) {
    if (!row.connected) continue;
    const graph = graphOf(row.npus, range(row.npus), row.links);

    row.broadcastRatePerRoot.forEach((rate, root) => {
      const broadcast = buildBroadcastForest(graph, root);
      expect(checkForest(graph, broadcast), row.graph).toEqual([]);
      // As many trees of one unit as the rate has links: nsPerUnitByte is the time of one.
      const units = fraction(BigInt(weightOf(broadcast.trees)), 1n);
      expect(print(over(units, broadcast.nsPerUnitByte)), row.graph).toBe(String(rate));
    });

    const { cables } = cablesOf(graph);
    const links = cables.map((cable) => graph.links[cable.there]?.bandwidth as number);
    const whole = packDisjointTrees(row.npus, cables, links, row.undirectedPackingInteger);
    expect(weightOf(whole ?? []), row.graph).toBe(row.undirectedPackingInteger);
    expect(packDisjointTrees(row.npus, cables, links, row.undirectedPackingInteger + 1), row.graph).toBeUndefined();

    const [numerator, denominator = '1'] = row.undirectedPacking.split('/');
    const optimum = Number(numerator) / Number(denominator);
    const few = buildTreePackingForest(graph);
    expect(checkAllReduceForest(graph, few), row.graph).toEqual([]);
    const rate = weightOf(few.pairs) / toNumber(few.nsPerUnitByte);
    expect(rate / optimum, row.graph).toBeGreaterThanOrEqual(0.95);
    expect(rate / optimum, row.graph).toBeLessThanOrEqual(1 + 1e-12);
  }
});

interface WeightsRow {
  readonly graph: string;
  readonly mode: string;
  readonly eps: number;
  readonly optimum: string | number;
}

/** NVLinks of the DGX-1: pairs with two on the V100 model, and pairs with one. The P100 model has one on all. */
const DOUBLE = ['01', '04', '13', '23', '26', '45', '57', '67'];
const SINGLE = ['02', '03', '12', '15', '37', '46', '47', '56'];

function dgx(double: number): LinkGraph {
  const cables = [...DOUBLE.map((pair) => [pair, double] as const), ...SINGLE.map((pair) => [pair, 1] as const)];
  const links = cables.flatMap(([pair, width]): LinkRow[] => {
    const [a, b] = [Number(pair[0]), Number(pair[1])];
    return [
      [a, b, width],
      [b, a, width],
    ];
  });
  return graphOf(8, range(8), links);
}

it('comes within (1 - epsilon)^2 of the optimum of every row of blink-mwu', () => {
  const optima = goldenRows<{ graph: string; vertices: number; compute: number[]; links_: LinkRow[] }>(
    'forestcoll-optimum',
  );
  const graphs = new Map<string, LinkGraph>([
    ['dgx1v', dgx(2)],
    ['dgx1p', dgx(1)],
  ]);
  for (const row of optima) graphs.set(row.graph, graphOf(row.vertices, row.compute, row.links_));
  for (const row of goldenRows<WeightsRow>('blink-mwu')) {
    const graph = graphs.get(row.graph);
    if (graph === undefined) {
      console.log(`blink-mwu: no links of ${row.graph}, passed over`);
      continue;
    }
    const name = `${row.graph}, ${row.mode}, ${row.eps}`;
    if (row.mode !== 'undirected') {
      // From one root the packing is exact, whatever epsilon.
      const broadcast = buildBroadcastForest(graph, Number(row.mode.replace('broadcast from ', '')));
      const units = fraction(BigInt(weightOf(broadcast.trees)), 1n);
      expect(print(over(units, broadcast.nsPerUnitByte)), name).toBe(String(row.optimum));
      continue;
    }
    const bound = treePackingBound(graph);
    expect(print(bound), name).toBe(String(row.optimum));
    const { cables, unit } = cablesOf(graph);
    const wide = cables.map(({ a, b, capacity }) => ({ a, b, capacity: Number(capacity) * toNumber(unit) }));
    const { rate, trees } = packByWeights(graph.npus, wide, row.eps);
    expect(rate / toNumber(bound), name).toBeGreaterThanOrEqual((1 - row.eps) ** 2);
    expect(rate / toNumber(bound), name).toBeLessThanOrEqual(1 + 1e-12);
    expect(weightOf(trees)).toBeCloseTo(rate, 9);
    const load = wide.map((_, cable) => weightOf(trees.filter((tree) => tree.cables.includes(cable))));
    load.forEach((units, cable) => {
      expect(units, name).toBeLessThanOrEqual((wide[cable]?.capacity ?? 0) * (1 + 1e-9));
    });
    for (const tree of trees) expect(tree.cables.length).toBe(graph.npus - 1);
  }
});
