import { parse } from '../../base/validate.js';
import type { PhaseSpan } from '../../engine/span.js';
import { checkTimeline } from '../../formats/timeline.js';
import { chartOptions, type TimelineChart } from '../options.js';
import { PHASE_COLOURS, PHASE_KINDS, packPhases } from './phases.js';
import { spansSvg } from './spans-svg.js';

/**
 * The phases of one NPU's chunks as SVG, in the layout of the playground's timeline: a bar per phase with the
 * number of its chunk if it fits, lanes per dimension. Needs no plotting library.
 *
 * @param timeline - of a result; if it has several NPUs, draws the first one's.
 * @param options - `width` of the picture, px; default 900.
 * @throws ConfigError for an invalid timeline or option.
 */
export function timelineSvg(timeline: readonly PhaseSpan[], options: TimelineChart): string {
  checkTimeline(timeline);
  const looks = parse(chartOptions, options);
  const own = timeline.filter(({ npu }) => npu === timeline[0]?.npu);
  const spans = packPhases(own, (dimension) => `dimension ${dimension}`);
  return spansSvg(spans, {
    ...looks,
    kinds: PHASE_KINDS.map((name) => ({ name, colour: PHASE_COLOURS[name] })),
    numbers: 'chunk',
    nameOf: (span) => `${PHASE_KINDS[spans.kind[span] as number]}, chunk ${spans.label[span]}`,
  });
}
