import { describe, expect, test } from 'vitest';
import { renderSvg } from '../../../src/charts/render.js';
import { ganttChart, utilisationChart } from '../../../src/charts/timeline-charts.js';
import { simulateCollective } from '../../../src/index.js';

const { timeline = [] } = simulateCollective({
  ...{ collective: 'all-reduce', topology: 'ring(4, 1 GB/s, 10 ns) x ring(2, 1 GB/s, 10 ns)', size: 4096 },
  ...{ timeline: true, splits: 4 },
});

describe('SVG without a browser', () => {
  test('gantt: a bar per phase, its title, phases and unit', async () => {
    const svg = await renderSvg(ganttChart(timeline, { title: 'Four chunks' }));
    expect(svg).toMatch(/^<svg /);
    for (const text of ['Four chunks', 'dimension 1', 'reduce-scatter', 'all-gather', 'time (us)'])
      expect(svg).toContain(text);
    // 4 chunks of 3 phases.
    expect(svg.match(/aria-roledescription="bar"/g)).toHaveLength(12);
  });

  test('utilisation: one area per dimension', async () => {
    const svg = await renderSvg(utilisationChart(timeline, { title: 'Under way', subtitle: 'of four' }));
    expect(svg).toContain('of four');
    expect(svg.match(/dimension \d</g)).toEqual(['dimension 0<', 'dimension 1<']);
  });

  test('leaves the plotting library as other users of it have it', async () => {
    const { textMetrics } = (await import('vega')) as unknown as { readonly textMetrics: { width: unknown } };
    const own = textMetrics.width;
    const drawing = renderSvg(ganttChart(timeline, { title: 'Ours' }));
    expect(textMetrics.width).toBe(own);
    await drawing;
    expect(textMetrics.width).toBe(own);
  });
});
