import { textWidth } from '../text-width.js';
import {
  AXIS_FONT,
  AXIS_HEIGHT,
  type Bar,
  barsOf,
  frameOf,
  LABEL_FONT,
  MOST_NAMED,
  NAME_FONT,
  NAME_HEIGHT,
  ticksOf,
  type View,
} from './layout.js';
import type { PackedSpans } from './packed-spans.js';

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

/** What a picture shows beside its spans. */
export interface SpansLook {
  readonly title: string;
  readonly subtitle?: string | undefined;
  /** px. */
  readonly width?: number | undefined;
  /** Name and colour of each kind. */
  readonly kinds: readonly { readonly name: string; readonly colour: string }[];
  /** What the numbers of bars count. */
  readonly numbers: string;
  readonly nameOf: (span: number) => string;
  /** The height that lanes share, px. */
  readonly room?: number;
}

/** A timeline as SVG, in the layout of the playground's: names of groups stand above their lanes; beside, if there are many. */
export function spansSvg(spans: PackedSpans, look: SpansLook): string {
  const { title, subtitle, width = WIDTH } = look;
  const left = spans.groups.length <= MOST_NAMED ? 0 : 8 + Math.max(...spans.groups.map(nameWidth));
  const frame = frameOf(spans, Math.max(1, width - 2 * PADDING - left), look.room);
  const view: View = { spans, frame, window: { fromNs: 0, toNs: Math.max(1, spans.endOfAllNs) } };
  const bars = Array.from(spans.groupOfLane, (_, lane) => barsOf(view, lane)).flat();
  const explained = legend(
    view,
    look,
    bars.some(({ label }) => label !== undefined),
  );
  const head = TITLE_FONT + 10 + (subtitle === undefined ? 0 : SUBTITLE_FONT + 6);
  const height = PADDING + head + frame.height + explained.length * LEGEND_HEIGHT + PADDING;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" role="img" aria-label="${escaped(title)}">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    `<g transform="translate(${PADDING} ${PADDING})">`,
    text(title, { x: 0, y: TITLE_FONT - 2, size: TITLE_FONT, fill: INK, weight: 'bold' }),
    ...(subtitle === undefined ? [] : [text(subtitle, { x: 0, y: head - 10, size: SUBTITLE_FONT, fill: QUIET })]),
    `<g transform="translate(${short(left)} ${head})">`,
    ...axis(view),
    ...names(view, left),
    ...painted(bars, spans, look),
    ...legend(
      view,
      look,
      bars.some(({ label }) => label !== undefined),
    ),
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

function nameWidth(name: string): number {
  return textWidth({ fontSize: NAME_FONT }, name);
}

/** Names of groups; beside their lanes, only those that do not run into the one before. */
function names({ spans, frame }: View, left: number): string[] {
  let below = 0;
  return spans.groups.flatMap((name, group) => {
    const top = frame.groupTop[group] as number;
    if (frame.isNamed) return [text(name, { x: 0, y: top + NAME_HEIGHT - 6, size: NAME_FONT, fill: QUIET })];
    if (top < below) return [];
    below = top + NAME_FONT;
    const y = top + (Math.max(NAME_FONT, frame.laneHeight) + NAME_FONT) / 2 - 2;
    return [text(name, { x: -left, y, size: NAME_FONT, fill: QUIET })];
  });
}

function painted(bars: readonly Bar[], spans: PackedSpans, { kinds, nameOf }: SpansLook): string[] {
  return bars.flatMap(({ span, x, top, width, height, label }) => {
    const fill = kinds[spans.kind[span] as number]?.colour ?? QUIET;
    const bar = `<rect class="bar" x="${short(x)}" y="${top}" width="${short(width)}" height="${height}" fill="${fill}"><title>${escaped(nameOf(span))}: ${spans.startNs[span]} to ${spans.endNs[span]} ns</title></rect>`;
    if (label === undefined) return [bar];
    const look = { size: LABEL_FONT, fill: 'white', anchor: 'middle', weight: 'bold' };
    return [bar, text(label.text, { x: label.x, y: label.y + LABEL_FONT / 2 - 1.5, ...look })];
  });
}

/** A line, or several: the kinds in the picture, and what numbers count. */
function legend({ spans, frame }: View, { kinds, numbers }: SpansLook, hasNumbers: boolean): string[][] {
  const used = new Set(spans.kind);
  const entries: readonly { readonly name: string; readonly colour?: string }[] = [
    ...kinds.filter((_, kind) => used.has(kind)),
    ...(hasNumbers ? [{ name: `(number: ${numbers})` }] : []),
  ];
  const lines: string[][] = [[]];
  let x = 0;
  for (const { name, colour } of entries) {
    const swatch = colour === undefined ? 0 : SWATCH + 5;
    const width = swatch + nameWidth(name);
    if (x > 0 && x + width > frame.width) {
      lines.push([]);
      x = 0;
    }
    const y = frame.height + lines.length * LEGEND_HEIGHT - 6;
    if (colour !== undefined) {
      const at = `x="${short(x)}" y="${y - SWATCH + 1}" width="${SWATCH}" height="${SWATCH}"`;
      lines.at(-1)?.push(`<rect ${at} fill="${colour}"/>`);
    }
    lines.at(-1)?.push(text(name, { x: x + swatch, y, size: NAME_FONT, fill: colour === undefined ? QUIET : INK }));
    x += width + 16;
  }
  return lines;
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
