import type { CollectiveResult } from '../report/result.js';
import { writeWhole } from './files/write-whole.js';
import type { MeasuredColumn } from './measured.js';

/** Plots times over size as SVG: the simulated ones and, if any, the measured ones. */
export async function plotTimes(
  file: string,
  results: readonly CollectiveResult[],
  measured: MeasuredColumn | undefined,
): Promise<void> {
  const { chart, renderSvg } = await import('../charts/index.js');
  const [{ collective, ranks } = { collective: 'nothing', ranks: 0 }] = results;
  const simulated = results.map(({ totalBytes, timeNs }) => ({
    bytes: totalBytes,
    us: timeNs / 1000,
    of: 'simulated',
  }));
  const known = measured?.all.map(({ bytes, timeUs }) => ({ bytes, us: timeUs, of: 'measured' })) ?? [];
  const beside = measured === undefined ? '' : `, beside ${measured.name}`;
  const spec = chart({
    title: `${collective} over ${ranks} ranks: time over size${beside}`,
    // 0 has no logarithm.
    data: { values: [...simulated, ...known].filter(({ us }) => us > 0) },
    mark: { type: 'line', point: true },
    encoding: {
      x: { field: 'bytes', type: 'quantitative', scale: { type: 'log', base: 2 }, title: 'size, bytes' },
      y: { field: 'us', type: 'quantitative', scale: { type: 'log' }, title: 'time, us' },
      color: { field: 'of', type: 'nominal', title: 'times' },
    },
  });
  writeWhole(file, await renderSvg(spec));
}
