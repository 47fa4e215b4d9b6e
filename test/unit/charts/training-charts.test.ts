import { expect, test } from 'vitest';
import { renderSvg } from '../../../src/charts/render.js';
import { frontChart, pipelineChart, scaleChart } from '../../../src/charts/training-charts.js';
import { trainingTimeline } from '../../../src/training/timeline.js';

const timeline = trainingTimeline({
  model: { style: 'gpt', layers: 2, hidden: 64, heads: 4, vocabulary: 64, sequence: 16 },
  cluster: 'dgx-a100 x 4',
  plan: { globalBatch: 6, pipeline: 2, data: 2 },
});

test('a pipeline: a bar per pass, optimizer and collective on gradients', async () => {
  const svg = await renderSvg(pipelineChart(timeline, { title: 'Three micro-batches', subtitle: 'two stages' }));
  for (const text of ['Three micro-batches', 'stage 1', 'gradients and weights', 'time (ms)'])
    expect(svg).toContain(text);
  // Each stage: three passes each way, the optimizer, gradients of the replicas and of the embedding.
  expect(svg.match(/aria-roledescription="bar"/g)).toHaveLength(2 * (6 + 1 + 2));
});

test('plans: a point each, and the line of the front', async () => {
  const points = [
    { stepNs: 2e9, memoryBytes: 3e9 },
    { stepNs: 1e9, memoryBytes: 5e9 },
    { stepNs: 3e9, memoryBytes: 6e9 },
  ];
  const svg = await renderSvg(frontChart(points, points.slice(0, 2), { title: 'Plans' }));
  expect(svg).toContain('time of a step (s)');
  expect(svg.match(/aria-roledescription="circle"/g)).toHaveLength(3);
});

test('numbers of accelerators: time, and what each does', async () => {
  const points = [
    { npus: 8, stepNs: 4e9, tokensPerSecond: 800 },
    { npus: 16, stepNs: 2e9, tokensPerSecond: 1600 },
    { npus: 16, stepNs: 3e9, tokensPerSecond: 1200 },
  ];
  const svg = await renderSvg(scaleChart(points, points.slice(0, 2), { title: 'Scaling', subtitle: 'two sizes' }));
  for (const text of [
    'Scaling',
    'two sizes',
    'accelerators',
    'time of a step (s)',
    'tokens per second and accelerator',
  ])
    expect(svg).toContain(text);
  // Each plan stands in both panels.
  expect(svg.match(/aria-roledescription="circle"/g)).toHaveLength(6);
  expect(() => scaleChart([{ npus: 0, stepNs: 1, tokensPerSecond: 1 }], [], { title: '' })).toThrow(
    /points\[0\]\.npus/,
  );
});

test('what is no point is refused, and more bars than a picture holds', () => {
  expect(() => frontChart([{ stepNs: 0, memoryBytes: 1 }], [], { title: '' })).toThrow(/points\[0\]\.stepNs/);
  const many = Array.from({ length: 20_001 }, () => timeline[0] as (typeof timeline)[number]);
  expect(() => pipelineChart(many, { title: '' })).toThrow(/timeline: expected at most 20000 bars/);
});
