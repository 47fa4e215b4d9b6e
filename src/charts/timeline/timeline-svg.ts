import * as v from 'valibot';
import { keys, parse, whole } from '../../base/validate.js';
import type { PhaseSpan } from '../../engine/span.js';
import { checkTimeline } from '../../formats/timeline.js';
import { textWidth } from '../text-width.js';
import type { TimelineChart } from '../timeline-charts.js';
import {
  AXIS_FONT,
  AXIS_HEIGHT,
  barsOf,
  frameOf,
  LABEL_FONT,
  NAME_FONT,
  NAME_HEIGHT,
  ticksOf,
  type View,
} from './layout.js';
import { PHASE_COLOURS, PHASE_KINDS, packPhases } from './phases.js';

const schema = keys({
  title: v.string('text'),
  subtitle: v.optional(v.string('text')),
  width: v.optional(whole(1, 100_000)),
});

const INK = '#222222';
const QUIET = '#555555';
const LINE = '#e6e6e6';
const PADDING = 10;
const TITLE_FONT = 15;
const SUBTITLE_FONT = 12;
const LEGEND_HEIGHT = 22;
const SWATCH = 11;
/** Default width of a picture, px. */
const WIDTH = 900;

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
  const { title, subtitle, width = WIDTH } = parse(schema, options);
  const own = timeline.filter(({ npu }) => npu === timeline[0]?.npu);
  const spans = packPhases(own, (dimension) => `dimension ${dimension}`);
  const frame = frameOf(spans, Math.max(1, width - 2 * PADDING));
  const view: View = { spans, frame, window: { fromNs: 0, toNs: Math.max(1, spans.endOfAllNs) } };
  const head = TITLE_FONT + 10 + (subtitle === undefined ? 0 : SUBTITLE_FONT + 6);
  const height = PADDING + head + frame.height + LEGEND_HEIGHT + PADDING;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" role="img" aria-label="${escaped(title)}">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    `<g transform="translate(${PADDING} ${PADDING})">`,
    text(title, { x: 0, y: TITLE_FONT - 2, size: TITLE_FONT, fill: INK, weight: 'bold' }),
    ...(subtitle === undefined ? [] : [text(subtitle, { x: 0, y: head - 10, size: SUBTITLE_FONT, fill: QUIET })]),
    `<g transform="translate(0 ${head})">`,
    ...axis(view),
    ...lanes(view),
    ...legend(view),
    '</g>',
    '</g>',
    '</svg>\n',
  ].join('\n');
}

function axis(view: View): string[] {
  const { width, height } = view.frame;
  return ticksOf(view).flatMap(({ x, text: label }) => {
    const half = textWidth({ fontSize: AXIS_FONT }, label) / 2;
    const middle = Math.min(width - half, Math.max(half, x));
    return [
      `<rect x="${x}" y="${AXIS_HEIGHT - 4}" width="1" height="${height - AXIS_HEIGHT}" fill="${LINE}"/>`,
      text(label, { x: middle, y: AXIS_FONT, size: AXIS_FONT, fill: QUIET, anchor: 'middle' }),
    ];
  });
}

function lanes(view: View): string[] {
  const { spans, frame } = view;
  const names = frame.isNamed
    ? spans.groups.map((name, group) =>
        text(name, { x: 0, y: (frame.groupTop[group] as number) + NAME_HEIGHT - 6, size: NAME_FONT, fill: QUIET }),
      )
    : [];
  const bars = Array.from(spans.groupOfLane, (_, lane) => barsOf(view, lane)).flat();
  return [
    ...names,
    ...bars.flatMap(({ span, x, top, width, height, label }) => {
      const kind = PHASE_KINDS[spans.kind[span] as number] ?? 'all-reduce';
      const bar = `<rect class="bar" x="${short(x)}" y="${top}" width="${short(width)}" height="${height}" fill="${PHASE_COLOURS[kind]}"><title>${kind}, chunk ${spans.label[span]}: ${spans.startNs[span]} to ${spans.endNs[span]} ns</title></rect>`;
      if (label === undefined) return [bar];
      const look = { size: LABEL_FONT, fill: 'white', anchor: 'middle', weight: 'bold' };
      return [bar, text(label.text, { x: label.x, y: label.y + LABEL_FONT / 2 - 1.5, ...look })];
    }),
  ];
}

/** Explains the kinds in the picture, and the numbers. */
function legend({ spans, frame }: View): string[] {
  const used = new Set(spans.kind);
  const y = frame.height + LEGEND_HEIGHT - 6;
  let x = 0;
  const parts = PHASE_KINDS.filter((_, kind) => used.has(kind)).flatMap((kind) => {
    const at = x;
    x += SWATCH + 5 + textWidth({ fontSize: NAME_FONT }, kind) + 16;
    return [
      `<rect x="${short(at)}" y="${y - SWATCH + 1}" width="${SWATCH}" height="${SWATCH}" fill="${PHASE_COLOURS[kind]}"/>`,
      text(kind, { x: at + SWATCH + 5, y, size: NAME_FONT, fill: INK }),
    ];
  });
  return [...parts, text('(number: chunk)', { x, y, size: NAME_FONT, fill: QUIET })];
}

interface TextLook {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly fill: string;
  readonly anchor?: string;
  readonly weight?: string;
}

function text(content: string, { x, y, size, fill, anchor, weight }: TextLook): string {
  const more = `${anchor === undefined ? '' : ` text-anchor="${anchor}"`}${weight === undefined ? '' : ` font-weight="${weight}"`}`;
  return `<text x="${short(x)}" y="${short(y)}" font-size="${size}" fill="${fill}"${more}>${escaped(content)}</text>`;
}

/** Rounds to hundredths of a pixel, finer than anybody sees. */
function short(value: number): number {
  return Math.round(value * 100) / 100;
}

function escaped(content: string): string {
  const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  // Characters that XML forbids would make the picture unreadable.
  return content.replace(/[^\P{Cc}\t\n]/gu, '?').replace(/[&<>"]/g, (sign) => signs[sign] ?? sign);
}
