import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lanesOf } from '../../../src/formats/lanes.js';
import { toPerfetto, underWay } from '../../../src/formats/perfetto.js';
import { simulateCollective } from '../../../src/index.js';
import { specs } from '../../support/arbitraries.js';

const small = specs({ npus: 16, splits: 6, bytes: 2 ** 20, timeline: true });

test('microseconds, one process per NPU, names for lanes', () => {
  const { timeline = [] } = simulateCollective({
    ...{ collective: 'all-reduce', topology: 'ring(4, 1 GB/s, 10 ns) x ring(2, 1 GB/s, 10 ns)', size: 4096 },
    timeline: true,
  });
  const { traceEvents } = toPerfetto(timeline);
  const [first] = timeline;
  expect(traceEvents[0]).toEqual({ ph: 'M', name: 'process_name', pid: 0, tid: 0, args: { name: 'every NPU' } });
  expect(traceEvents.find(({ ph }) => ph === 'X')).toEqual({
    ...{ ph: 'X', name: 'chunk 0: reduce-scatter', cat: 'reduce-scatter', pid: 0, tid: 0 },
    ...{ ts: 0, dur: (first?.endNs as number) / 1000, args: { chunk: 0, phase: 0, dimension: 0, queue: 0 } },
  });
  const names = traceEvents.filter(({ name }) => name === 'thread_name').map(({ args }) => args['name']);
  expect(names).toEqual(['dimension 0, lane 0', 'dimension 1, lane 0']);
});

test('slices of a lane never overlap, and all are there', () => {
  fc.assert(
    fc.property(small, (spec) => {
      const { timeline = [] } = simulateCollective({ ...spec, network: 'congestion-aware' });
      const slices = toPerfetto(timeline).traceEvents.filter(({ ph }) => ph === 'X');
      expect(slices).toHaveLength(timeline.length);
      const ends = new Map<string, number>();
      for (const { pid, tid, ts = 0, dur = 0 } of slices.toSorted((a, b) => (a.ts as number) - (b.ts as number))) {
        const lane = `${pid}/${tid}`;
        // Sums of thousandths are not exact; a ns is.
        expect(Math.round(ts * 1000)).toBeGreaterThanOrEqual(ends.get(lane) ?? 0);
        ends.set(lane, Math.round((ts + dur) * 1000));
      }
    }),
    { numRuns: 40 },
  );
});

test('as many lanes as chunks that are under way at once', () => {
  fc.assert(
    fc.property(small, (spec) => {
      const { timeline = [] } = simulateCollective(spec);
      const spans = timeline.filter(({ npu, startNs, endNs }) => npu === timeline[0]?.npu && endNs > startNs);
      const lanes = lanesOf(spans);
      for (const d of new Set(spans.map(({ dimension }) => dimension))) {
        const most = Math.max(
          ...underWay(spans)
            .filter((one) => one.dimension === d)
            .map(({ chunks }) => chunks),
        );
        expect(Math.max(...lanes.filter((_, i) => spans[i]?.dimension === d)) + 1).toBe(most);
      }
      for (const { chunks } of underWay(spans)) expect(chunks).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 60 },
  );
});
