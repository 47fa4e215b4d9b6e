import { expect, it } from 'vitest';
import { fraction, over } from '../../src/bounds/fraction.js';
import { buildGatherForest } from '../../src/synthesis/forestcoll/build-forest.js';
import { checkForest } from '../../src/synthesis/forestcoll/check-forest.js';
import { optimalShares, sharesForK } from '../../src/synthesis/forestcoll/shares.js';
import { goldenRows } from '../support/golden-folder.js';
import { graphOf, type LinkRow, print, short } from './synthesis-rows.js';

interface ForestRow {
  readonly graph: string;
  readonly vertices: number;
  readonly compute: readonly number[];
  readonly links_: readonly LinkRow[];
  readonly k: number;
  readonly U?: number;
  readonly inverseX: string;
  readonly totalSeconds?: number;
}

const perK = (u: { numerator: bigint; denominator: bigint }, k: number) => print(over(u, fraction(BigInt(k), 1n)));

it.each(['forestcoll-optimum', 'forestcoll-large'])('forests of every row of %s', (file) => {
  for (const row of goldenRows<ForestRow>(file)) {
    const graph = graphOf(row.vertices, row.compute, row.links_);
    const started = performance.now();
    const { k, unitsPerBandwidth } = optimalShares(graph);
    expect(k, row.graph).toBe(row.k);
    expect(perK(unitsPerBandwidth, k), row.graph).toBe(short(row.inverseX));
    // Rows have U as a double: the nearest to ours.
    const u = Number(unitsPerBandwidth.numerator) / Number(unitsPerBandwidth.denominator);
    if (row.U !== undefined) expect(u, row.graph).toBe(row.U);
    const forest = buildGatherForest(graph);
    expect(checkForest(graph, forest), row.graph).toEqual([]);
    expect(perK(forest.nsPerUnitByte, forest.k)).toBe(short(row.inverseX));
    const ms = performance.now() - started;
    if (ms > 200) console.log(`${row.graph}: ${ms.toFixed(0)} ms, ${forest.trees.length} trees`);
  }
});

interface FixedKRow extends ForestRow {
  readonly fixedK: number;
  readonly exactOwnU: string;
  readonly exactOwnInverse: string;
}

it('forests of every row of forestcoll-fixed-k', () => {
  for (const row of goldenRows<FixedKRow>('forestcoll-fixed-k')) {
    const graph = graphOf(row.vertices, row.compute, row.links_);
    const { unitsPerBandwidth } = sharesForK(graph, row.fixedK);
    const name = `${row.graph}, k = ${row.fixedK}`;
    expect(print(unitsPerBandwidth), name).toBe(row.exactOwnU);
    expect(perK(unitsPerBandwidth, row.fixedK), name).toBe(row.exactOwnInverse);
    const forest = buildGatherForest(graph, { k: row.fixedK });
    expect(checkForest(graph, forest), name).toEqual([]);
    if (print(forest.nsPerUnitByte) !== row.exactOwnU) {
      console.log(`${name}: rounded shares need ${print(forest.nsPerUnitByte)} instead of ${row.exactOwnU}`);
    }
  }
});
