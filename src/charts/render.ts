import { textWidth } from './text-width.js';

/** A chart in the grammar of Vega-Lite: plain JSON, its data inside. */
export interface ChartSpec {
  readonly $schema: string;
  readonly [key: string]: unknown;
}

/** Colours that people who confuse red and green can tell apart (Okabe and Ito), on white and in grey. */
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

/** Looks common to all charts: generic fonts, sizes that stay legible at the width of a column of text. */
const LOOKS = {
  background: 'white',
  font: 'sans-serif',
  padding: 8,
  axis: { labelFontSize: 12, titleFontSize: 13, titleFontWeight: 'normal', labelLimit: 260, gridColor: '#e6e6e6' },
  legend: {
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    labelLimit: 400,
    titleLimit: 400,
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

/** A chart from its parts: schema and looks filled in. */
export function chart(parts: Readonly<Record<string, unknown>>): ChartSpec {
  const { config, ...rest } = parts as { config?: object };
  return { $schema: 'https://vega.github.io/schema/vega-lite/v6.json', ...rest, config: { ...LOOKS, ...config } };
}

/**
 * Draws a chart as SVG, without a browser. Loads the plotting library on first use.
 * @param idPrefix - what ids in the SVG begin with: give each its own where several are put into one page.
 */
export async function renderSvg(spec: ChartSpec, idPrefix = ''): Promise<string> {
  const [{ compile }, vega] = await Promise.all([import('vega-lite'), import('vega')]);
  // Without a canvas the library takes every letter to be as wide as an M: too much room, and labels cut short.
  // (Exported, but missing in its types.)
  Object.assign((vega as unknown as { readonly textMetrics: object }).textMetrics, { width: textWidth });
  const { spec: compiled } = compile(spec as unknown as Parameters<typeof compile>[0], { logger: SILENT });
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', logger: SILENT });
  try {
    return withOwnIds(await view.toSVG(), idPrefix);
  } finally {
    view.finalize();
  }
}

/** The library counts ids over all pictures it has ever drawn: the same chart would never give the same text. */
function withOwnIds(svg: string, prefix: string): string {
  const ids = [...svg.matchAll(/ id="((?:clip|gradient_)\d+)"/g)].map(([, id]) => id as string);
  const own = new Map(ids.map((id, i) => [id, `${prefix}${id.replace(/\d+$/, '')}${i}`]));
  return svg.replaceAll(/(?<= id="|url\(#)((?:clip|gradient_)\d+)(?="|\))/g, (id) => own.get(id) ?? id);
}

/** The library warns of choices that are ours. */
const SILENT = {
  level: () => SILENT,
  error: () => SILENT,
  warn: () => SILENT,
  info: () => SILENT,
  debug: () => SILENT,
} as never;
