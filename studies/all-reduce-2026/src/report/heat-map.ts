import { type ChartSpec, chart } from 'astra-sim-ts/charts';
import type { Row } from './curve-charts.js';

export interface HeatMapOptions {
  readonly title: string;
  readonly subtitle?: string | readonly string[];
  readonly rows: readonly Row[];
  readonly x: { readonly field: string; readonly title: string; readonly order: readonly (string | number)[] };
  readonly y: { readonly field: string; readonly title: string; readonly order: readonly (string | number)[] };
  /** A ratio: 1 is neutral, above it one colour, below it the other. */
  readonly ratio: { readonly field: string; readonly title: string; readonly most: number };
  /** Side by side, one map for each value. */
  readonly column?: { readonly field: string; readonly order: readonly string[] };
  readonly cell?: number;
}

/** A ratio over two variables: orange above 1, blue below, the number in each cell. */
export function heatMap({ title, subtitle, rows, x, y, ratio, column, cell = 46 }: HeatMapOptions): ChartSpec {
  const position = {
    x: { field: x.field, type: 'ordinal', title: x.title, sort: x.order, axis: { labelAngle: 0 } },
    y: { field: y.field, type: 'ordinal', title: y.title, sort: y.order },
  };
  const { field, most } = ratio;
  const spec = {
    width: { step: cell },
    height: { step: 26 },
    layer: [
      {
        mark: { type: 'rect', stroke: 'white' },
        encoding: {
          ...position,
          color: {
            ...{ field, type: 'quantitative', title: ratio.title },
            // Log: half the time is as far from 1 as twice the time.
            scale: { type: 'log', domain: [1 / most, 1, most], range: ['#2166ac', '#f7f7f7', '#d6761b'], clamp: true },
            legend: { orient: 'right', gradientLength: 80, format: '~g', tickCount: 3 },
          },
        },
      },
      {
        mark: { type: 'text', fontSize: 12 },
        encoding: {
          ...position,
          text: { field, type: 'quantitative', format: '.2f' },
          color: {
            ...{ value: 'black' },
            condition: {
              test: `datum['${field}'] > ${most} * 0.55 || datum['${field}'] < ${1.8 / most}`,
              value: 'white',
            },
          },
        },
      },
    ],
  };
  const head = subtitle === undefined ? title : { text: title, subtitle };
  if (column === undefined) return chart({ title: head, data: { values: rows }, ...spec });
  const facet = { column: { field: column.field, type: 'nominal', title: null, sort: column.order } };
  return chart({ title: head, data: { values: rows }, facet, spec });
}
