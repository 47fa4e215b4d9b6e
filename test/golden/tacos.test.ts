import { describe, expect, it } from 'vitest';
import { replay } from '../../src/synthesis/replay.js';
import { finishNs, type TransferSchedule, type TransferTimes } from '../../src/synthesis/schedule.js';
import { checkSchedule } from '../../src/synthesis/schedule-check.js';
import { type TacosVariant, tacos } from '../../src/synthesis/tacos/tacos.js';
import type { LinkGraph } from '../../src/topology/link-graph.js';
import { goldenRows } from '../support/golden-folder.js';
import { graphOf, linksByName } from '../support/graphs.js';

interface TacosRow {
  readonly graph: string;
  readonly npus: number;
  readonly links?: readonly (readonly [number, number, number])[];
  readonly bufferBytes: number;
  readonly chunksPerNpu: number;
  readonly bwGiBpsPerUnit: number;
  readonly latencyUs: number;
  readonly minUs: number;
  readonly causal?: boolean;
  readonly note?: string;
  readonly synthCpuSecondsMin?: number;
}

const SEEDS = 20;
const GIB_PER_SECOND = 2 ** 30 / 1e9;

function graphOfRow(row: TacosRow): LinkGraph {
  const bytesPerNs = row.bwGiBpsPerUnit * GIB_PER_SECOND;
  return graphOf(row.npus, row.links ?? linksByName(row.graph), { bytesPerNs, latencyNs: row.latencyUs * 1000 });
}

function planUs({ plan }: TransferSchedule): number {
  return finishNs(plan as TransferTimes) / 1000;
}

function synthesise(row: TacosRow, variant: TacosVariant, tries: number) {
  const { bufferBytes: bytes, chunksPerNpu } = row;
  return tacos(graphOfRow(row), 'all-gather', { bytes, chunksPerNpu, variant, tries, linkUse: 'until-arrival' });
}

describe('TACOS', () => {
  // A row with a note is of a graph that is not connected: to be refused.
  const rows = goldenRows<TacosRow>('tacos-allgather');
  const sound = rows.filter(({ causal, note }) => causal === true && note === undefined);

  it(`is within 1 % of the best of the original in ${SEEDS} seeds (${sound.length} rows)`, () => {
    const late: string[] = [];
    for (const row of sound) {
      const graph = graphOfRow(row);
      const times = (['reserve', 'earlier'] as const).map((variant) => {
        const schedule = synthesise(row, variant, SEEDS);
        expect(checkSchedule(schedule, graph, 'all-gather')).toEqual([]);
        const us = planUs(schedule);
        expect(replay(schedule, graph, { order: 'planned' }).finishNs).toBeLessThanOrEqual(us * 1000 * (1 + 1e-9));
        return us;
      });
      const best = Math.min(...times);
      if (best > row.minUs * 1.01) late.push(`${row.graph} x ${row.chunksPerNpu}: ${times} us, original ${row.minUs}`);
    }
    expect(late).toEqual([]);
  });

  it('reports its own times beside those the original cannot keep', () => {
    for (const row of rows.filter(({ causal }) => causal === false)) {
      const times = (['reserve', 'earlier'] as const).map((variant) => {
        const schedule = synthesise(row, variant, SEEDS);
        expect(checkSchedule(schedule, graphOfRow(row), 'all-gather')).toEqual([]);
        return planUs(schedule).toFixed(1);
      });
      console.log(`${row.graph} x ${row.chunksPerNpu}: ${times.join(' / ')} us, original says ${row.minUs.toFixed(1)}`);
    }
  });

  it('refuses graphs that are not connected, and names a pair', () => {
    for (const row of rows.filter(({ note }) => note !== undefined)) {
      expect(() => synthesise(row, 'earlier', 1)).toThrow(/none from NPU 0 to NPU 2/);
    }
  });

  const scale = goldenRows<TacosRow>('tacos-scale');
  for (const row of scale) {
    it(`${row.graph}: as short as the original, and found in under 20 s`, () => {
      const start = performance.now();
      const schedule = synthesise(row, 'reserve', 1);
      const seconds = (performance.now() - start) / 1000;
      const us = planUs(schedule);
      console.log(
        `${row.graph}: ${us.toFixed(0)} us, original ${row.minUs.toFixed(0)}; ` +
          `${seconds.toFixed(3)} s, original ${row.synthCpuSecondsMin?.toFixed(3)}`,
      );
      expect(us).toBeLessThanOrEqual(row.minUs * 1.01);
      expect(seconds).toBeLessThan(20);
    });
  }
});
