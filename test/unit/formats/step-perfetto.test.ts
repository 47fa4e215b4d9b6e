import { expect, test } from 'vitest';
import { stepPerfetto } from '../../../src/formats/step-perfetto.js';
import { trainingTimeline } from '../../../src/training/timeline.js';

const options = {
  model: { style: 'gpt', layers: 2, hidden: 64, heads: 4, vocabulary: 64, sequence: 16 },
  cluster: 'dgx-a100 x 8',
  plan: { globalBatch: 4, tensor: 2, context: 2, pipeline: 2 },
} as const;

test('a process per stage, a lane per thing that works by itself, times in us', () => {
  const spans = trainingTimeline(options);
  const { traceEvents } = stepPerfetto(spans);
  const slices = traceEvents.filter(({ ph }) => ph === 'X');
  expect(slices.map(({ pid, ts, dur }) => [pid, ts, dur])).toEqual(
    spans.map(({ stage, startNs, endNs }) => [stage, startNs / 1000, (endNs - startNs) / 1000]),
  );
  const processes = traceEvents.filter(({ name }) => name === 'process_name').map(({ args }) => args);
  expect(processes).toEqual([0, 1].map((stage) => ({ name: `stage ${stage}: one of 4 NPUs that are alike` })));
});

test('what passes are made of fills them', () => {
  const spans = trainingTimeline(options).filter(({ stage }) => stage === 0);
  const pieces = spans.filter(({ lane }) => lane === 'computation' || lane === 'communication');
  for (const { startNs, endNs } of spans.filter(({ kind }) => kind === 'forward' || kind === 'backward')) {
    const inside = pieces.filter((one) => one.startNs >= startNs && one.endNs <= endNs);
    if (inside.length === 0) continue;
    expect(Math.min(...inside.map((one) => one.startNs))).toBe(startNs);
    expect(Math.max(...inside.map((one) => one.endNs))).toBe(endNs);
  }
  expect(new Set(pieces.map(({ name }) => name))).toContain('keys and values');
});

test('what is no timeline is refused', () => {
  expect(() => stepPerfetto([{ stage: 0 }] as never)).toThrow(/spans\[0\]\.npus/);
});

test('a step of more than a million spans is refused', () => {
  const plan = { globalBatch: 2 ** 19, pipeline: 2, data: 1 };
  expect(() => trainingTimeline({ ...options, cluster: 'dgx-a100', plan })).toThrow(
    /^plan: expected at most 1048576 spans/,
  );
});
