import { describe, expect, it } from 'vitest';
import { type PortfolioEntry, synthesise } from '../../src/synthesis/portfolio.js';
import { checkSchedule } from '../../src/synthesis/schedule-check.js';
import type { LinkGraph } from '../../src/topology/link-graph.js';
import { readGolden } from './folder.js';

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

const best = (times: Readonly<Record<string, number>>, names = /./) =>
  Math.min(...Object.entries(times).flatMap(([name, ns]) => (names.test(name) ? [ns] : [])));

describe('the portfolio on the networks of the comparison', () => {
  const rows = readGolden<CompareRow>('compare') ?? [];

  for (const row of rows) {
    it(`${row.graph}, ${row.bytes} bytes: valid, and as short as what the same algorithms were known to find`, () => {
      const graph = graphOfRow(row);
      for (const [collective, known, bound] of [
        ['all-gather', row.ag, row.lowerBoundNs],
        ['all-reduce', row.ar, 2 * row.lowerBoundNs],
      ] as const) {
        const entries = synthesise(graph, collective, { bytes: row.bytes, effort: 0.1 });
        for (const { schedule } of entries) expect(checkSchedule(schedule, graph, collective)).toEqual([]);
        const share = (ns: number) => (ns / bound).toFixed(3);
        const list = entries.map(({ name, finishNs }) => `${name} ${share(finishNs)}`).join(', ');
        console.log(`${row.graph} ${row.bytes} ${collective}: ${list}; known ${share(best(known))}`);
        const same = Math.min(best(known, /tacos.*ordered/), best(known, /hiccl/));
        const [first] = entries as [PortfolioEntry];
        if (same < Number.POSITIVE_INFINITY) expect(first.finishNs).toBeLessThanOrEqual(same * 1.001);
      }
    });
  }
});
