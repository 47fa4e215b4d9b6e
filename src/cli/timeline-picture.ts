import { formatBytes } from '../base/units.js';
import { renderSvg, timelineSvg, utilisationChart } from '../charts/index.js';
import type { CollectiveResult } from '../report/result.js';
import { writeWhole } from './files/write-whole.js';

/** Bars that can still be told apart at the width of a page; with more, how many chunks are under way says more. */
const MOST_BARS = 1000;

/** Draws the phases of a result as SVG: one bar each, or how many are under way where they are many. */
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
