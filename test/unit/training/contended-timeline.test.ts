import { describe, expect, test } from 'vitest';
import { stepPerfetto } from '../../../src/formats/step-perfetto.js';
import {
  type StepSpan,
  simulateTraining,
  type TrainingOptions,
  trainingTimeline,
  trainingWorkload,
} from '../../../src/training/index.js';
import { simulateWorkload } from '../../../src/workload/index.js';

const model = { style: 'gpt', layers: 4, hidden: 64, heads: 4, vocabulary: 64, sequence: 16 } as const;
const accelerator = { name: 'any', peak: { bf16: 1e14 }, memoryBytes: 80e9, memoryBandwidth: 1000 };
const on = (topology: string, plan: object, more: Partial<TrainingOptions> = {}): TrainingOptions => {
  return { model, cluster: { accelerator, topology }, plan: { globalBatch: 8, ...plan }, ...more };
};
const queues = { network: 'congestion-aware' } as const;
const endOf = (spans: readonly { readonly endNs: number }[]) => Math.max(...spans.map(({ endNs }) => endNs));

/** Plans that share links, and such that share none. */
const cases: readonly (readonly [string, TrainingOptions])[] = [
  ['replicas alone', on('switch(4, 10 GB/s, 500 ns)', { data: 4, zero: 1 })],
  ['gradients beside passes', on('switch(8, 10 GB/s, 500 ns)', { tensor: 2, data: 4, overlapGradients: true })],
  ['weights gathered beside passes', on('switch(8, 10 GB/s, 500 ns)', { tensor: 2, data: 4, zero: 3 })],
  ['interleaved on a ring', on('ring(8, 10 GB/s, 500 ns)', { tensor: 2, data: 4 })],
  [
    'a pipeline',
    on('switch(4, 10 GB/s, 500 ns)', { data: 2, pipeline: 2 }, { model: { ...model, tiedEmbeddings: false } }),
  ],
  [
    'messages beside passes',
    on('switch(8, 10 GB/s, 500 ns)', { tensor: 2, data: 2, pipeline: 2, overlapPipeline: true, chunks: 2 }),
  ],
  [
    'weights gathered beside passes, over two dimensions',
    on('switch(4, 10 GB/s, 50 ns) x switch(2, 1 GB/s, 500 ns)', { tensor: 2, data: 4, zero: 3 }),
  ],
  [
    'gradients beside passes, over three dimensions',
    on('switch(2, 10 GB/s, 50 ns) x ring(3, 5 GB/s, 500 ns) x switch(2, 1 GB/s, 500 ns)', {
      ...{ globalBatch: 12, data: 12, overlapGradients: true },
    }),
  ],
  ['keys and values', on('switch(4, 10 GB/s, 500 ns)', { context: 2, data: 2, overlapGradients: true })],
];

describe.each(cases)('with queues, %s', (_, options) => {
  const spans = trainingTimeline({ ...options, ...queues });

  test('it ends with the step', () => {
    expect(endOf(spans)).toBe(simulateTraining({ ...options, ...queues }).stepNs);
  });

  test('a lane has one thing at a time, and a pass has its pieces from its start to its end', () => {
    for (const stage of new Set(spans.map((span) => span.stage))) {
      const own = spans.filter((span) => span.stage === stage);
      for (const lane of ['passes', 'computation', 'communication', 'gradients'] as const) {
        const of = own.filter((span) => span.lane === lane);
        for (const [i, { startNs, endNs }] of of.entries()) {
          expect(endNs).toBeGreaterThanOrEqual(startNs);
          expect(startNs).toBeGreaterThanOrEqual(of[i - 1]?.endNs ?? 0);
        }
      }
      const pieces = own.filter(({ lane }) => lane === 'computation' || lane === 'communication');
      for (const pass of own.filter(({ lane, kind }) => lane === 'passes' && kind !== 'optimizer')) {
        const inside = pieces.filter(({ startNs, endNs }) => startNs >= pass.startNs && endNs <= pass.endNs);
        expect(Math.min(...inside.map(({ startNs }) => startNs))).toBe(pass.startNs);
        expect(endOf(inside)).toBe(pass.endNs);
      }
    }
  });

  test('it has the spans of the step without queues', () => {
    const what = ({ stage, lane, kind, name }: StepSpan) => [stage, lane, kind, name];
    expect(spans.map(what)).toEqual(trainingTimeline(options).map(what));
  });

  test('no two slices of a Perfetto thread overlap', () => {
    const { traceEvents } = stepPerfetto(spans);
    const ends = new Map<string, number>();
    for (const { pid, tid, ts = 0, dur = 0 } of traceEvents.filter(({ ph }) => ph === 'X')) {
      // Whole ns, in µs.
      expect(Math.round(ts * 1000)).toBeGreaterThanOrEqual(ends.get(`${pid} ${tid}`) ?? 0);
      ends.set(`${pid} ${tid}`, Math.round((ts + dur) * 1000));
    }
  });
});

test.each(['replicas alone', 'a pipeline'])('where no link is shared queues change nothing: %s', (name) => {
  const [, options] = cases.find(([one]) => one === name) as (typeof cases)[number];
  expect(trainingTimeline({ ...options, ...queues })).toEqual(trainingTimeline(options));
});

test('a collective lasts longer by as long as its first message waits for its port', () => {
  const pass = { forwardNs: 1000, backwardNs: 1000 };
  const options = on(
    'switch(4, 1 GB/s, 100 ns)',
    { globalBatch: 2, tensor: 2, data: 2, overlapGradients: true },
    {
      model: { style: 'gpt', layers: 2, hidden: 64, heads: 2, vocabulary: 64, sequence: 2 },
      durations: { layer: pass, embedding: pass, output: pass, optimizerNs: 1000 },
    },
  );
  // The gradients of the second layer, and what the pass of the first one sends beside them.
  const beside = (spans: readonly StepSpan[]) => {
    const gradients = spans.find(({ lane }) => lane === 'gradients') as StepSpan;
    const first = spans.find((one) => one.lane === 'communication' && one.startNs > gradients.startNs) as StepSpan;
    return { gradients, first, ns: first.endNs - first.startNs };
  };
  const [alone, queued] = [beside(trainingTimeline(options)), beside(trainingTimeline({ ...options, ...queues }))];
  expect([queued.gradients.startNs, queued.first.startNs]).toEqual([alone.gradients.startNs, alone.first.startNs]);
  // The layer has 12 h^2 + 13 h parameters, h = 64; matrices, with 12 h^2 + 7 h of them, are split over
  // 2 tensor ranks. Gradients take 4 bytes each; of 2 replicas each sends half, at 1 byte per ns.
  const parameters = (12 * 64 ** 2 + 7 * 64) / 2 + 6 * 64;
  const busyNs = (4 * parameters) / 2;
  // Both collectives send their first message an end-point delay after they begin.
  const waitNs = alone.gradients.startNs + busyNs - alone.first.startNs;
  expect(waitNs).toBeGreaterThan(0);
  expect(queued.ns).toBe(alone.ns + waitNs);
  expect(queued.gradients.endNs).toBeGreaterThan(alone.gradients.endNs);
});

test('the NPU of a stage that finishes last is shown, with those that do just the same', () => {
  const options = on('ring(8, 1 GB/s, 500 ns)', { data: 4, pipeline: 2 }, queues);
  const { timesByNpu = [] } = simulateWorkload(trainingWorkload(options));
  for (const stage of [0, 1]) {
    const own = trainingTimeline(options).filter((span) => span.stage === stage);
    const finishes = timesByNpu.slice(4 * stage, 4 * stage + 4).map(({ finishNs }) => finishNs);
    const last = Math.max(...finishes);
    expect(endOf(own)).toBe(last);
    const [npus = 0, ...others] = new Set(own.map((span) => span.npus));
    expect(others).toEqual([]);
    expect(npus).toBeGreaterThan(0);
    expect(npus).toBeLessThanOrEqual(finishes.filter((ns) => ns === last).length);
  }
});

test('groups over several dimensions: the run with queues ends apart from the step, and a trace says by how much', () => {
  const options = on('switch(4, 1 GB/s, 500 ns) x switch(2, 1 GB/s, 500 ns)', { data: 8 }, { ...queues, splits: 2 });
  const spans = trainingTimeline(options);
  const { stepNs, breakdown, warnings } = simulateTraining(options);
  expect(warnings.map(({ code }) => code)).toContain('phases-in-turn');
  // All send at once, each through a port of its own: nothing waits. One chunk cannot be in two dimensions at once.
  expect(breakdown.contention).toBe(0);
  const endNs = endOf(spans);
  expect(endNs).toBeGreaterThan(stepNs);
  const { traceEvents } = stepPerfetto(spans, stepNs);
  const name = `the predicted step: ${endNs - stepNs} ns shorter than this run`;
  expect(traceEvents.slice(-2)).toEqual([
    { ph: 'M', name: 'process_name', pid: 1, tid: 0, args: { name } },
    { ph: 'X', name: 'step', cat: 'step', pid: 1, tid: 0, ts: 0, dur: stepNs / 1000, args: {} },
  ]);
  expect(stepPerfetto(spans, endNs)).toEqual(stepPerfetto(spans));
  expect(() => stepPerfetto(spans, 0.5)).toThrow(/^stepNs: expected a whole number/);
});

test('too many messages are refused', () => {
  const options: TrainingOptions = {
    ...{ model: 'gpt3-175b', cluster: 'dgx-a100 x 1024', ...queues },
    plan: { globalBatch: 98304, tensor: 8, pipeline: 16 },
  };
  expect(() => trainingTimeline(options)).toThrow(/^network: expected congestion-unaware/);
});
