import { formatBytes } from '../base/units.js';
import { renderSvg, timelineSvg, utilisationChart } from '../charts/index.js';
import type { CollectiveResult } from '../report/result.js';
import { writeWhole } from './files/write-whole.js';

/** Most distinguishable bars at the width of a page; beyond that, the number of running chunks says more. */
const MOST_BARS = 1000;

/** Draws the phases of a result as SVG: one bar each or, if there are many, the number under way. */
export async function writeTimelinePicture(file: string, result: CollectiveResult, subtitle: string): Promise<void> {
  const { collective, bytes, timeNs, timeline = [] } = result;
  const options = {
    title: `${collective} of ${formatBytes(bytes)}: ${timeNs} ns`,
    subtitle,
    width: 900,
  };
  const spans = timeline.filter(({ npu }) => npu === timeline[0]?.npu);
  const isMany = spans.length > MOST_BARS;
  writeWhole(file, isMany ? await renderSvg(utilisationChart(spans, options)) : timelineSvg(spans, options));
}
