import * as v from 'valibot';
import { ConfigError, show } from '../base/errors.js';
import { keys, parse, whole } from '../base/validate.js';
import { checkStepSpans } from '../formats/step-perfetto.js';
import type { StepSpan } from '../training/step-spans.js';
import { type ChartSpec, chart, PALETTE } from './render.js';
import type { TimelineChart } from './timeline-charts.js';

const COLOURS = {
  forward: PALETTE[5],
  backward: PALETTE[0],
  optimizer: PALETTE[2],
  'gradients and weights': PALETTE[1],
} as const;

type Drawn = keyof typeof COLOURS;

/** Most bars in a picture. */
const MOST_BARS = 20_000;
/** A bar with this share of the width has room for a number. */
const LABELLED = 0.013;

const schema = keys({
  title: v.string('text'),
  subtitle: v.optional(v.string('text')),
  width: v.optional(whole(1, 100_000)),
});

/**
 * The stages of a pipeline over time: a bar per pass with the number of its micro-batch if it
 * fits, and below it a thin one per collective on gradients and weights. White is waiting.
 *
 * @param timeline - from `trainingTimeline`.
 * @throws ConfigError for an invalid timeline or option, and for more than 20,000 bars.
 */
export function pipelineChart(timeline: readonly StepSpan[], options: TimelineChart): ChartSpec {
  checkStepSpans(timeline);
  const { title, subtitle, width = 760 } = parse(schema, options);
  const spans = timeline.filter(({ lane }) => lane === 'passes' || lane === 'gradients');
  if (spans.length > MOST_BARS) {
    throw new ConfigError([{ path: 'timeline', expected: `at most ${MOST_BARS} bars`, got: show(spans.length) }]);
  }
  const end = spans.reduce((latest, { endNs }) => Math.max(latest, endNs), 0);
  const values = spans.map(({ stage, kind, name, startNs, endNs }) => {
    const part: Drawn =
      kind === 'gradients' ? 'gradients and weights' : (kind as Exclude<Drawn, 'gradients and weights'>);
    const [, microBatch = ''] = /^\w+ward (\d+)/.exec(name) ?? [];
    const label = (endNs - startNs) / end > LABELLED ? microBatch : '';
    return { stage: `stage ${stage}`, part, start_ms: startNs / 1e6, end_ms: endNs / 1e6, label };
  });
  const of = (thin: boolean) => values.filter(({ part }) => (part === 'gradients and weights') === thin);
  const kinds = (Object.keys(COLOURS) as Drawn[]).filter((kind) => values.some(({ part }) => part === kind));
  const x = { field: 'start_ms', type: 'quantitative', title: 'time (ms)', scale: { nice: false } };
  const y = { field: 'stage', type: 'ordinal', title: null, sort: null, axis: { ticks: false, domain: false } };
  const color = {
    ...{ field: 'part', type: 'nominal', title: 'number: micro-batch' },
    scale: { domain: kinds, range: kinds.map((kind) => COLOURS[kind]) },
    legend: { orient: 'bottom', direction: 'horizontal' },
  };
  return chart({
    title: subtitle === undefined ? title : { text: title, subtitle },
    width,
    height: { step: 26 },
    layer: [
      {
        data: { values: of(false) },
        mark: { type: 'bar', size: 18, stroke: 'white', strokeWidth: 0.5 },
        encoding: { x, x2: { field: 'end_ms' }, y, color },
      },
      {
        data: { values: of(true) },
        mark: { type: 'bar', size: 4, yOffset: 11 },
        encoding: { x, x2: { field: 'end_ms' }, y, color },
      },
      {
        data: { values: of(false).filter(({ label }) => label !== '') },
        transform: [{ calculate: '(datum.start_ms + datum.end_ms) / 2', as: 'middle_ms' }],
        mark: { type: 'text', fontSize: 10, color: 'white', fontWeight: 'bold' },
        encoding: { x: { field: 'middle_ms', type: 'quantitative' }, y, text: { field: 'label' } },
      },
    ],
  });
}

/** A plan, as one point of a picture. */
export interface PlanPoint {
  readonly stepNs: number;
  readonly memoryBytes: number;
}

const point = v.looseObject({
  stepNs: v.pipe(v.number('ns'), v.finite('ns'), v.gtValue(0, 'ns above 0')),
  memoryBytes: v.pipe(v.number('bytes'), v.finite('bytes')),
});

const plans = keys({
  points: v.array(point, 'a list of points: { stepNs, memoryBytes }'),
  front: v.array(point, 'a list of points: { stepNs, memoryBytes }'),
});

/**
 * Time of a step against memory: all plans, and those that no other beats in both.
 * @throws ConfigError for an invalid point or option.
 */
export function frontChart(
  points: readonly PlanPoint[],
  front: readonly PlanPoint[],
  options: TimelineChart,
): ChartSpec {
  const checked = parse(plans, { points, front });
  const { title, subtitle, width = 620 } = parse(schema, options);
  const rows = (list: readonly PlanPoint[]) =>
    list.map(({ stepNs, memoryBytes }) => ({ seconds: stepNs / 1e9, gb: memoryBytes / 1e9 }));
  const encoding = {
    x: { field: 'gb', type: 'quantitative', title: 'memory of the fullest accelerator (GB)' },
    y: {
      field: 'seconds',
      type: 'quantitative',
      title: 'time of a step (s)',
      scale: { type: 'log', nice: false, padding: 12 },
    },
  };
  return chart({
    title: subtitle === undefined ? title : { text: title, subtitle },
    ...{ width, height: 320 },
    layer: [
      {
        data: { values: rows(checked.points) },
        mark: { type: 'circle', size: 18, color: PALETTE[5], opacity: 0.5 },
        encoding,
      },
      {
        data: { values: rows(checked.front) },
        mark: { type: 'line', interpolate: 'step-after', color: PALETTE[1], point: { color: PALETTE[1], size: 40 } },
        encoding: { ...encoding, order: { field: 'gb', type: 'quantitative' } },
      },
    ],
  });
}

/** A plan on a number of accelerators, as one point of a picture. */
export interface ScalePoint {
  readonly npus: number;
  readonly stepNs: number;
  readonly tokensPerSecond: number;
}

const scalePoint = v.looseObject({
  npus: whole(1, 2 ** 31 - 1),
  stepNs: v.pipe(v.number('ns'), v.finite('ns'), v.gtValue(0, 'ns above 0')),
  tokensPerSecond: v.pipe(v.number('tokens'), v.finite('tokens'), v.gtValue(0, 'tokens above 0')),
});

const SCALES = 'a list of points: { npus, stepNs, tokensPerSecond }';
const scales = keys({ points: v.array(scalePoint, SCALES), front: v.array(scalePoint, SCALES) });

/**
 * Time of a step and tokens per accelerator against the number of accelerators: all plans, and
 * the fastest of each number that beats all smaller numbers.
 * @param points - from `scaleTraining`, for each size; so is `front`.
 * @throws ConfigError for an invalid point or option.
 */
export function scaleChart(
  points: readonly ScalePoint[],
  front: readonly ScalePoint[],
  options: TimelineChart,
): ChartSpec {
  const checked = parse(scales, { points, front });
  const { title, subtitle, width = 760 } = parse(schema, options);
  const rows = (list: readonly ScalePoint[]) =>
    list.map(({ npus, stepNs, tokensPerSecond }) => ({ npus, seconds: stepNs / 1e9, each: tokensPerSecond / npus }));
  const sizes = [...new Set(checked.points.map(({ npus }) => npus))].sort((a, b) => a - b);
  const x = {
    ...{ field: 'npus', type: 'quantitative', title: 'accelerators' },
    scale: { type: 'log', base: 2, nice: false, padding: 16 },
    axis: { values: sizes, format: ',d', labelOverlap: true, grid: false },
  };
  const panel = (y: object) => ({
    ...{ width: Math.max(1, Math.floor(width / 2) - 60), height: 260 },
    layer: [
      {
        data: { values: rows(checked.points) },
        mark: { type: 'circle', size: 18, color: PALETTE[5], opacity: 0.5 },
        encoding: { x, y },
      },
      {
        data: { values: rows(checked.front) },
        mark: { type: 'line', color: PALETTE[1], point: { color: PALETTE[1], size: 40 } },
        encoding: { x, y },
      },
    ],
  });
  return chart({
    title: subtitle === undefined ? title : { text: title, subtitle },
    hconcat: [
      panel({
        ...{ field: 'seconds', type: 'quantitative', title: 'time of a step (s)' },
        scale: { type: 'log', nice: false, padding: 12 },
      }),
      panel({ field: 'each', type: 'quantitative', title: 'tokens per second and accelerator' }),
    ],
  });
}
