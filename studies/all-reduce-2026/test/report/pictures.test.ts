import { renderSvg } from 'astra-sim-ts/charts';
import { describe, expect, test } from 'vitest';
import { rowsToCsv } from '../../src/report/csv.js';
import { curveChart } from '../../src/report/curve-charts.js';
import { heatMap } from '../../src/report/heat-map.js';
import { escapeHtml, htmlPage, htmlTable, link } from '../../src/report/page.js';
import { renderPng } from '../../src/report/png.js';

describe('SVG without a browser', () => {
  test('curves: axes with units, series in the legend, rules and marks', async () => {
    const rows = [1, 2, 4].flatMap((x) => ['a', 'b'].map((kind) => ({ x, y: kind === 'a' ? x : 2, kind })));
    const spec = curveChart({
      ...{ title: 'Curves', x: { field: 'x', title: 'size (MiB)', log: true }, y: { field: 'y', title: 'time (ns)' } },
      ...{ series: { field: 'kind', title: 'kind', order: ['a', 'b'] }, rows, rules: [{ y: 2, label: 'the wire' }] },
      marks: [{ x: 2, y: 3 }],
    });
    const svg = await renderSvg(spec);
    for (const text of ['Curves', 'size (MiB)', 'time (ns)', 'the wire', '>a<', '>b<']) expect(svg).toContain(text);
    // The specification is plain JSON: it can be saved, changed and drawn again.
    expect(await renderSvg(JSON.parse(JSON.stringify(spec)))).toBe(svg);
  });

  test('heat map: the numbers stand in the cells', async () => {
    const rows = [
      { x: 'one', y: 'p', ratio: 0.5 },
      { x: 'two', y: 'p', ratio: 15.17 },
    ];
    const svg = await renderSvg(
      heatMap({
        ...{ title: 'Heat', rows, x: { field: 'x', title: 'x', order: ['one', 'two'] } },
        ...{ y: { field: 'y', title: 'y', order: ['p'] }, ratio: { field: 'ratio', title: 'slower', most: 16 } },
      }),
    );
    expect(svg).toContain('>15.17<');
    expect(svg).toContain('>0.50<');
  });

  test('PNG: a picture of the size asked for', async () => {
    const rows = [1, 2].map((x) => ({ x, y: x }));
    const axes = { x: { field: 'x', title: 'x' }, y: { field: 'y', title: 'y' } };
    const svg = await renderSvg(curveChart({ title: 'PNG', ...axes, rows }));
    const [small, large] = await Promise.all([renderPng(svg, 1), renderPng(svg, 2)]);
    expect([...small.slice(1, 4)].map((code) => String.fromCharCode(code)).join('')).toBe('PNG');
    const width = (png: Uint8Array) => new DataView(png.buffer, png.byteOffset).getUint32(16);
    expect(Math.abs(width(large) - 2 * width(small))).toBeLessThanOrEqual(2);
  });
});

test('CSV: names first, cells quoted where they must be, nothing for null', () => {
  expect(rowsToCsv([{ name: 'a, "b"', time_ns: 1.5, none: null }])).toBe('name,time_ns,none\n"a, ""b""",1.5,\n');
  expect(rowsToCsv([])).toBe('\n');
});

test('HTML: text is escaped, nothing is loaded from elsewhere', () => {
  expect(escapeHtml('<a href="x">&')).toBe('&lt;a href=&quot;x&quot;&gt;&amp;');
  expect(htmlTable(['<'], [[1]])).toContain('<th>&lt;</th>');
  expect(htmlTable(['a'], [[link('#b', '<')]])).toContain('<td><a href="#b">&lt;</a></td>');
  expect(htmlPage({ title: 'a<b', body: '' })).not.toMatch(/src=|@import|<link/);
});
