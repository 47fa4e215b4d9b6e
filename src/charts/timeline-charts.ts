import { parse } from '../base/validate.js';
import type { PhaseSpan } from '../engine/span.js';
import { lanesOf } from '../formats/lanes.js';
import { underWay } from '../formats/perfetto.js';
import { checkTimeline } from '../formats/timeline.js';
import { chartOptions, type TimelineChart } from './options.js';
import { type ChartSpec, chart, PALETTE } from './render.js';
import { PHASE_COLOURS, PHASE_KINDS } from './timeline/phases.js';

/**
 * Chunks over dimensions and time: one bar per phase, with the chunk's number if it fits.
 * @throws ConfigError for an invalid timeline or option.
 */
export function ganttChart(timeline: readonly PhaseSpan[], options: TimelineChart): ChartSpec {
  const { width, ...heading } = checked(timeline, options);
  const [first] = timeline;
  const spans = timeline.filter(({ npu }) => npu === first?.npu);
  const lanes = lanesOf(spans);
  const end = spans.reduce((latest, { endNs }) => Math.max(latest, endNs), 0);
  const values = spans.map(({ chunk, collective, dimension, startNs, endNs }, i) => ({
    ...{ chunk, phase: collective, dimension: `dimension ${dimension}`, lane: lanes[i] },
    ...{ start_us: startNs / 1000, end_us: endNs / 1000, label: (endNs - startNs) / end > 0.025 ? String(chunk) : '' },
  }));
  const kinds = PHASE_KINDS.filter((kind) => values.some(({ phase }) => phase === kind));
  const x = { field: 'start_us', type: 'quantitative', title: 'time (us)', scale: { nice: false } };
  return chart({
    title: title(heading),
    data: { values },
    facet: { row: { field: 'dimension', type: 'nominal', title: null, header: { labelAngle: 0, labelAlign: 'left' } } },
    spec: {
      width: width ?? 620,
      height: { step: 22 },
      layer: [
        {
          mark: { type: 'bar', stroke: 'white', strokeWidth: 1 },
          encoding: {
            ...{ x, x2: { field: 'end_us' } },
            y: { field: 'lane', type: 'ordinal', title: null, axis: null },
            color: {
              ...{ field: 'phase', type: 'nominal', title: 'phase (number: chunk)' },
              scale: { domain: kinds, range: kinds.map((kind) => PHASE_COLOURS[kind]) },
              legend: { orient: 'bottom', direction: 'horizontal' },
            },
          },
        },
        {
          transform: [{ calculate: '(datum.start_us + datum.end_us) / 2', as: 'middle_us' }],
          mark: { type: 'text', color: 'white', fontSize: 11, fontWeight: 'bold' },
          encoding: {
            x: { field: 'middle_us', type: 'quantitative' },
            y: { field: 'lane', type: 'ordinal' },
            text: { field: 'label' },
          },
        },
      ],
    },
    resolve: { scale: { y: 'independent' } },
  });
}

/**
 * Chunks in progress in each dimension over time.
 * @throws ConfigError for an invalid timeline or option.
 */
export function utilisationChart(timeline: readonly PhaseSpan[], options: TimelineChart): ChartSpec {
  const { width, ...heading } = checked(timeline, options);
  const [first] = timeline;
  const values = underWay(timeline.filter(({ npu }) => npu === first?.npu)).map(({ dimension, timeNs, chunks }) => ({
    ...{ dimension: `dimension ${dimension}`, time_us: timeNs / 1000, chunks },
  }));
  return chart({
    title: title(heading),
    data: { values },
    facet: { row: { field: 'dimension', type: 'nominal', title: null, header: { labelAngle: 0, labelAlign: 'left' } } },
    spec: {
      ...{ width: width ?? 620, height: 70 },
      mark: { type: 'area', interpolate: 'step-after', color: PALETTE[0], opacity: 0.7, line: { color: PALETTE[0] } },
      encoding: {
        x: { field: 'time_us', type: 'quantitative', title: 'time (us)', scale: { nice: false } },
        y: { field: 'chunks', type: 'quantitative', title: 'chunks', axis: { tickMinStep: 1, tickCount: 3 } },
      },
    },
  });
}

function checked(timeline: readonly PhaseSpan[], options: TimelineChart) {
  checkTimeline(timeline);
  return parse(chartOptions, options);
}

function title({ title: text, subtitle }: { readonly title: string; readonly subtitle?: string | undefined }) {
  return subtitle === undefined ? text : { text, subtitle };
}
