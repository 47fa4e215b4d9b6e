import { type ChartSpec, chart, PALETTE } from 'astra-sim-ts/charts';

/** A number on an axis. */
export interface AxisOptions {
  readonly field: string;
  /** With its unit. */
  readonly title: string;
  readonly log?: boolean;
  /** Where ticks stand; default: as the library sees fit. */
  readonly values?: readonly number[];
  readonly domain?: readonly [number, number];
  readonly format?: string;
}

export type Row = Readonly<Record<string, string | number | boolean | null>>;

export interface CurveOptions {
  readonly title: string;
  readonly subtitle?: string | readonly string[];
  readonly x: AxisOptions;
  readonly y: AxisOptions;
  /** The field that tells curves apart, its title, and its values in order; default: one curve. */
  readonly series?: { readonly field: string; readonly title: string; readonly order: readonly string[] };
  readonly rows: readonly Row[];
  /** Horizontal lines to compare with. */
  readonly rules?: readonly Rule[];
  /** Points without a line: `fields` as those of the rows. */
  readonly marks?: readonly Row[];
  readonly width?: number;
  readonly height?: number;
}

/** A horizontal line with its label above the right end, or below the left one. */
export interface Rule {
  readonly y: number;
  readonly label: string;
  readonly labelAt?: 'right' | 'left';
}

const DASHES = [
  [1, 0],
  [6, 3],
  [2, 2],
  [8, 3, 2, 3],
  [1, 3],
  [10, 4],
] as const;
const SHAPES = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down'] as const;

/** Curves of y over x; series differ in colour, dash and shape. */
export function curveChart(options: CurveOptions): ChartSpec {
  const { title, subtitle, x, y, series, rows, rules = [], marks = [], width = 460, height = 300 } = options;
  const order = series?.order ?? [];
  const legend = { title: series?.title ?? null, orient: 'bottom', columns: order.length > 3 ? 2 : order.length };
  const by = (range: readonly unknown[]) => ({
    ...{ field: series?.field, type: 'nominal', legend: { ...legend, symbolSize: 80 } },
    scale: { domain: order, range: order.map((_, i) => range[i % range.length]) },
  });
  const told = series === undefined ? { color: { value: PALETTE[0] } } : { color: by(PALETTE), shape: by(SHAPES) };
  // Not in the legend, where it would tear the symbols.
  const dashed = series === undefined ? {} : { strokeDash: { ...by(DASHES), legend: null } };
  const position = { x: axis(x), y: axis(y) };
  return chart({
    ...{ title: subtitle === undefined ? title : { text: title, subtitle }, width, height, data: { values: rows } },
    layer: [
      {
        mark: { type: 'line', strokeWidth: 2, clip: true },
        encoding: { ...position, ...(series === undefined ? told : { color: told.color }), ...dashed },
      },
      { mark: { type: 'point', filled: true, size: 45, clip: true, opacity: 1 }, encoding: { ...position, ...told } },
      ...rules.map((one) => ruleLayer(one, y)),
      ...(marks.length === 0
        ? []
        : [
            {
              data: { values: marks },
              mark: { type: 'point', shape: 'cross', filled: true, color: 'black', size: 90, angle: 45 },
              encoding: position,
            },
          ]),
    ],
  });
}

function axis({ field, title, log, values, domain, format }: AxisOptions) {
  return {
    ...{ field, type: 'quantitative', title },
    scale: { ...(log ? { type: 'log' } : {}), ...(domain === undefined ? {} : { domain, nice: false }) },
    axis: { ...(values === undefined ? {} : { values }), ...(format === undefined ? {} : { format }) },
  };
}

function ruleLayer({ y, label, labelAt = 'right' }: Rule, { title }: AxisOptions) {
  const right = labelAt === 'right';
  const place = right
    ? { align: 'right', baseline: 'bottom', dx: -4, dy: -3 }
    : { align: 'left', baseline: 'top', dx: 6, dy: 5 };
  // The same title as the curves have: titles of layers are joined where they differ.
  const at = { field: 'y', type: 'quantitative', title };
  return {
    data: { values: [{ y, label }] },
    layer: [
      { mark: { type: 'rule', color: '#444444', strokeDash: [1, 3] }, encoding: { y: at } },
      {
        mark: { type: 'text', fontSize: 12, color: '#444444', ...place },
        encoding: { x: { value: right ? 'width' : 0 }, y: at, text: { field: 'label' } },
      },
    ],
  };
}
