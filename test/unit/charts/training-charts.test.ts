import { expect, test } from 'vitest';
import { renderSvg } from '../../../src/charts/render.js';
import { frontChart, scaleChart } from '../../../src/charts/training-charts.js';

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

test('what is no point is refused', () => {
  expect(() => frontChart([{ stepNs: 0, memoryBytes: 1 }], [], { title: '' })).toThrow(/points\[0\]\.stepNs/);
});
