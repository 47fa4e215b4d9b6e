import * as v from 'valibot';
import { keys, parse, whole } from '../base/validate.js';
import { chartOptions, type TimelineChart } from './options.js';
import { type ChartSpec, chart, PALETTE } from './render.js';

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
  const { title, subtitle, width = 620 } = parse(chartOptions, options);
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
  const { title, subtitle, width = 760 } = parse(chartOptions, options);
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
