import { describe, expect, it } from 'vitest';
import { finishNs, type TransferTimes } from '../../src/synthesis/schedule.js';
import { checkSchedule } from '../../src/synthesis/schedule-check.js';
import { orderRoutes, TACCL_VARIANTS, type TacclVariant } from '../../src/synthesis/taccl/ordering.js';
import { shortestRoutes } from '../../src/synthesis/taccl/routes.js';
import type { LinkGraph } from '../../src/topology/link-graph.js';
import { goldenRows } from '../support/golden-folder.js';

type Triple = readonly [number, number, number];

interface TacclRow {
  readonly graph: string;
  readonly npus: number;
  readonly chunksPerNpu: number;
  readonly heuristic: number;
  readonly copies: number;
  readonly switch: readonly number[] | null;
  /** From, to, time. */
  readonly linkTimes: readonly Triple[];
  /** Chunk, from, to. */
  readonly routes: readonly Triple[];
  /** Start, chunk, from, to. */
  readonly schedule: readonly (readonly [number, number, number, number])[];
  readonly makespan: number;
}

/** A link takes one time unit for one byte and the rest in latency. */
function graphOfRow({ npus, linkTimes }: TacclRow): LinkGraph {
  const links = linkTimes.map(([from, to, time]) => ({ from, to, bandwidth: 1, latency: time - 1 }));
  return { npus, devices: npus, links };
}

describe('the ordering of TACCL', () => {
  const rows = goldenRows<TacclRow>('taccl-ordering');
  const known = rows.filter(({ heuristic }) => TACCL_VARIANTS.includes(heuristic as TacclVariant));
  console.log(`taccl-ordering: ${rows.length - known.length} rows of variant 11 passed over`);

  it(`plans every send as the original does (${known.length} rows)`, () => {
    for (const row of known) {
      const graph = graphOfRow(row);
      const linkOf = (from: number, to: number) => graph.links.findIndex((l) => l.from === from && l.to === to);
      const links: number[][] = Array.from({ length: row.npus * row.chunksPerNpu }, () => []);
      for (const [chunk, from, to] of row.routes) (links[chunk] as number[]).push(linkOf(from, to));
      const routes = links.map((list, chunk) => ({ source: Math.floor(chunk / row.chunksPerNpu), links: list }));
      const schedule = orderRoutes(graph, routes, {
        chunkBytes: 1,
        variant: row.heuristic as TacclVariant,
        groupSize: row.npus / row.copies,
        switches: row.switch === null ? [] : [row.switch],
      });
      const { startNs } = schedule.plan as TransferTimes;
      const sends = Array.from(startNs, (start, i) => [start, schedule.chunk[i], schedule.from[i], schedule.to[i]]);
      const text = (list: readonly (readonly unknown[])[]) => list.map(String).sort();
      expect(text(sends), `${row.graph} ${row.heuristic}`).toEqual(text(row.schedule));
      expect(finishNs(schedule.plan as TransferTimes)).toBe(row.makespan);
      expect(checkSchedule(schedule, graph, 'all-gather')).toEqual([]);
    }
  });

  it('takes the shortest paths of the rows', () => {
    for (const row of rows) {
      const graph = graphOfRow(row);
      const found = shortestRoutes(graph, 1, row.chunksPerNpu).flatMap(({ links }, chunk) =>
        links.map((l) => [chunk, graph.links[l]?.from, graph.links[l]?.to].join()),
      );
      expect(found.sort(), row.graph).toEqual(row.routes.map((route) => route.join()).sort());
    }
  });
});
