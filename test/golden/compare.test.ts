import { describe, expect, it } from 'vitest';
import { toNumber } from '../../src/bounds/fraction.js';
import { gatherBound } from '../../src/bounds/gather-bound.js';
import { allReduceBound } from '../../src/bounds/tree-packing-bound.js';
import { type PortfolioEntry, synthesise } from '../../src/synthesis/portfolio/portfolio.js';
import { checkSchedule } from '../../src/synthesis/schedule-check.js';
import type { LinkGraph } from '../../src/topology/link-graph.js';
import { goldenRows, ownRows } from '../support/golden-folder.js';

interface CompareRow {
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
function graphOfRow({ links, compute, latencyNs: latency }: CompareRow): LinkGraph {
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

/** The names under which replays of one schedule in another order are listed do not matter: the best counts. */
const best = (times: Readonly<Record<string, number>>) => Math.min(...Object.values(times));

/** What the row that is nearest to its bound allows is no reason to be farther away. */
const NEAR = 1.1;
const NEARER = 1.05;
const LARGE = 2 ** 26;

describe('the portfolio on the networks of the comparison', () => {
  const rows = goldenRows<CompareRow>('compare');

  it('has the file, or says that it is passed over', () => {
    if (ownRows) expect(rows.length).toBeGreaterThan(0);
  });

  for (const row of rows) {
    it(`${row.graph}, ${row.bytes} bytes: valid, and no longer than the best known`, () => {
      const graph = graphOfRow(row);
      for (const [collective, known, ratio] of [
        ['all-gather', row.ag, gatherBound(graph)],
        ['all-reduce', row.ar, undefined],
      ] as const) {
        const bound =
          ratio === undefined
            ? row.bytes / toNumber(allReduceBound(graph))
            : (row.bytes / graph.npus) * toNumber(ratio);
        const entries = synthesise(graph, collective, { bytes: row.bytes });
        const [first] = entries as [PortfolioEntry];
        for (const { schedule } of entries) expect(checkSchedule(schedule, graph, collective)).toEqual([]);
        const share = (ns: number) => (ns / bound).toFixed(4);
        const list = entries.map(({ name, finishNs }) => `${name} ${share(finishNs)}`).join(', ');
        const theirs = `known ${share(best(known))}, ours ${share(first.finishNs)}`;
        console.log(`${row.graph} ${row.bytes} ${collective}, over the bound: ${theirs} (${list})`);
        // Pieces of ours are whole bytes, those of the rows need not be.
        expect(first.finishNs).toBeLessThanOrEqual(best(known) * (1 + 1e-5));
        if (row.bytes >= LARGE && best(known) <= NEAR * bound)
          expect(first.finishNs).toBeLessThanOrEqual(NEARER * bound);
      }
    });
  }
});
