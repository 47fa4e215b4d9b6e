import { ConfigError, show } from '../base/errors.js';
import { inputIssues } from '../base/validate.js';
import { textWidth } from './text-width.js';

/** A chart in the grammar of Vega-Lite: plain JSON, data included. */
export interface ChartSpec {
  readonly $schema: string;
  readonly [key: string]: unknown;
}

/** Colours that people with red-green colour blindness can tell apart (Okabe and Ito), on white and in grey. */
export const PALETTE = [
  '#0072B2',
  '#D55E00',
  '#009E73',
  '#CC79A7',
  '#E69F00',
  '#56B4E9',
  '#000000',
  '#999999',
] as const;

/**
 * The look of all charts: generic fonts, sizes that stay legible at the width of a text
 * column. No limits: the renderer would cut texts by its own estimate of their widths.
 */
const LOOKS = {
  background: 'white',
  font: 'sans-serif',
  padding: 8,
  axis: { labelFontSize: 12, titleFontSize: 13, titleFontWeight: 'normal', labelLimit: 0, gridColor: '#e6e6e6' },
  legend: {
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    labelLimit: 0,
    titleLimit: 0,
    symbolStrokeWidth: 0,
  },
  header: { labelFontSize: 13, titleFontSize: 13, titleFontWeight: 'normal' },
  title: {
    fontSize: 15,
    anchor: 'start',
    subtitleFontSize: 12,
    subtitleColor: '#444444',
    offset: 10,
    subtitlePadding: 4,
  },
  range: { category: [...PALETTE] },
  view: { stroke: null },
} as const;

/**
 * Completes a chart with its schema and look.
 * @throws ConfigError when the parts are not an object.
 */
export function chart(parts: Readonly<Record<string, unknown>>): ChartSpec {
  const isObject = typeof parts === 'object' && parts !== null && !Array.isArray(parts);
  if (!isObject) throw new ConfigError([{ path: 'parts', expected: 'an object', got: show(parts) }]);
  const issues = inputIssues(parts, 'parts');
  if (issues.length > 0) throw new ConfigError(issues);
  const { config, ...rest } = parts as { config?: object };
  return { $schema: 'https://vega.github.io/schema/vega-lite/v6.json', ...rest, config: { ...LOOKS, ...config } };
}

/**
 * Draws a chart as SVG, without a browser. Loads the plotting library on first use: the packages
 * `vega` and `vega-lite`, installed next to this one.
 * @param idPrefix - prefix of ids in the SVG: give each chart on a page its own.
 * @throws ConfigError when these packages are missing, or refuse the specification.
 */
export async function renderSvg(spec: ChartSpec, idPrefix = ''): Promise<string> {
  if (typeof idPrefix !== 'string') {
    throw new ConfigError([{ path: 'idPrefix', expected: 'text', got: show(idPrefix) }]);
  }
  const issues = inputIssues(spec, 'spec');
  if (issues.length > 0) throw new ConfigError(issues);
  const renderer = await loadRenderer();
  try {
    return withOwnIds(await draw(spec, renderer), idPrefix);
  } catch (error) {
    // Only the library knows its grammar.
    const hint = error instanceof Error ? error.message : String(error);
    throw new ConfigError([{ path: 'spec', expected: 'a Vega-Lite specification', got: show(spec), hint }]);
  }
}

async function draw(spec: ChartSpec, [{ compile }, vega]: Awaited<ReturnType<typeof loadRenderer>>): Promise<string> {
  const { spec: compiled } = compile(spec as unknown as Parameters<typeof compile>[0], { logger: SILENT });
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', logger: SILENT });
  try {
    layOut(vega, view);
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

async function loadRenderer() {
  try {
    return await Promise.all([import('vega-lite'), import('vega')]);
  } catch (error) {
    const missing = (error as { readonly code?: unknown }).code === 'ERR_MODULE_NOT_FOUND';
    if (!missing) throw error;
    const expected = 'the packages vega and vega-lite, which draw charts: npm install vega vega-lite';
    throw new ConfigError([{ path: '', expected, got: 'an installation without them' }]);
  }
}

type Vega = typeof import('vega');

/**
 * Lays out the chart. Without a canvas the library takes every letter to be as wide as an M, which
 * wastes room. Our widths replace its own while it runs; it runs synchronously, so other users of
 * the library never see them.
 */
function layOut(vega: Vega, view: InstanceType<Vega['View']>): void {
  // Exported, but missing in its types.
  const { textMetrics } = vega as unknown as { readonly textMetrics: { width: unknown } };
  const own = textMetrics.width;
  textMetrics.width = textWidth;
  try {
    view.run();
  } finally {
    textMetrics.width = own;
  }
}

/** Renumbers ids: the library counts them over all pictures it draws, so equal charts would differ. */
function withOwnIds(svg: string, prefix: string): string {
  const ids = [...svg.matchAll(/ id="((?:clip|gradient_)\d+)"/g)].map(([, id]) => id as string);
  const own = new Map(ids.map((id, i) => [id, `${prefix}${id.replace(/\d+$/, '')}${i}`]));
  return svg.replaceAll(/(?<= id="|url\(#)((?:clip|gradient_)\d+)(?="|\))/g, (id) => own.get(id) ?? id);
}

/** Silences the library's warnings about choices that we make on purpose. */
const SILENT = {
  level: () => SILENT,
  error: () => SILENT,
  warn: () => SILENT,
  info: () => SILENT,
  debug: () => SILENT,
} as never;
