import { endingAfter, type PackedSpans } from './packed-spans.js';

/** The visible part of the time. */
export interface Window {
  readonly fromNs: number;
  readonly toNs: number;
}

/** Positions in the picture, px. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  /** Top of each lane, and of each group's name. */
  readonly laneTop: readonly number[];
  readonly groupTop: readonly number[];
  readonly laneHeight: number;
  /** Whether the picture shows names of groups: many would take more room than their bars. */
  readonly isNamed: boolean;
}

/** Height of the axis above the lanes, and of a group's name; sizes of their letters, px. */
export const AXIS_HEIGHT = 20;
export const NAME_HEIGHT = 20;
export const AXIS_FONT = 11;
export const NAME_FONT = 12;
export const LABEL_FONT = 11;
const GAP = 8;
/** Most groups with names above their lanes. */
export const MOST_NAMED = 8;
/** The height that all lanes share, and the least and most of one lane, px. */
const ROOM = 300;
const LEAST = 2;
const MOST = 22;

/**
 * Places the lanes of a timeline in a picture of a given width.
 * @param room - the height that all lanes share, px.
 */
export function frameOf({ groups, groupOfLane }: PackedSpans, width: number, room = ROOM): Frame {
  const lanes = groupOfLane.length;
  const isNamed = groups.length <= MOST_NAMED;
  const [name, gap] = isNamed ? [NAME_HEIGHT, GAP] : [0, 3];
  const laneHeight = Math.max(LEAST, Math.min(MOST, Math.floor(room / Math.max(1, lanes))));
  const laneTop: number[] = [];
  const groupTop: number[] = [];
  let top = AXIS_HEIGHT;
  for (const [group] of groups.entries()) {
    groupTop.push(top);
    top += name;
    for (const one of groupOfLane) {
      if (one !== group) continue;
      laneTop.push(top);
      top += laneHeight + (laneHeight > 6 ? 2 : 0);
    }
    top += gap;
  }
  return { width, height: top, laneTop, groupTop, laneHeight, isNamed };
}

/** What to draw: spans, their places, and the visible part. */
export interface View {
  readonly spans: PackedSpans;
  readonly window: Window;
  readonly frame: Frame;
}

export function xOf({ window, frame }: Pick<View, 'window' | 'frame'>, ns: number): number {
  return ((ns - window.fromNs) / (window.toNs - window.fromNs)) * frame.width;
}

/** The unit of a time, and its length in ns. */
export function unitOf(ns: number): readonly [number, string] {
  if (ns < 1e3) return [1, 'ns'];
  if (ns < 1e6) return [1e3, 'µs'];
  if (ns < 1e9) return [1e6, 'ms'];
  return [1e9, 's'];
}

/** Rounds up to 1, 2 or 5 times a power of ten. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const digit = [1, 2, 5, 10].find((one) => one * power >= least * (1 - 1e-9)) ?? 10;
  return digit * power;
}

/** Least room for a tick and its text, px. */
const TICK_ROOM = 110;

export interface Tick {
  readonly x: number;
  readonly text: string;
}

/** Round times in the visible part. */
export function ticksOf({ window, frame }: Pick<View, 'window' | 'frame'>): Tick[] {
  const [scale, unit] = unitOf(window.toNs);
  const step = niceStep((window.toNs - window.fromNs) / scale / Math.max(2, frame.width / TICK_ROOM)) * scale;
  const decimals = Math.min(6, Math.max(0, -Math.floor(Math.log10(step / scale) + 1e-9)));
  const ticks: Tick[] = [];
  for (let ns = Math.ceil(window.fromNs / step) * step; ns <= window.toNs; ns += step) {
    ticks.push({ x: Math.round(xOf({ window, frame }, ns)), text: `${(ns / scale).toFixed(decimals)} ${unit}` });
  }
  return ticks;
}

/** Narrower spans have no gap to the next, px. */
const PARTED = 4;
/** Of the number in a bar: width of a digit, of both margins, and height, px. */
const DIGIT = 6.5;
const MARGINS = 3;
const LABEL_HEIGHT = 13;

/** A span in the picture, or several that share pixels. */
export interface Bar {
  /** The first of them. */
  readonly span: number;
  readonly x: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Whether it is wide enough to stand alone. */
  readonly isAlone: boolean;
  /** Number of the span and the middle of its visible part, if there is room. */
  readonly label?: { readonly text: string; readonly x: number; readonly y: number };
}

/** The bars of a lane: at most one per pixel, because spans that share a pixel share a bar. */
export function barsOf(view: View, lane: number): Bar[] {
  const { spans, window, frame } = view;
  const { startNs, endNs, kind, label } = spans;
  const end = spans.firstOfLane[lane + 1] as number;
  const top = frame.laneTop[lane] as number;
  const height = frame.laneHeight;
  const nsPerPixel = (window.toNs - window.fromNs) / frame.width;
  const bars: Bar[] = [];
  let next = endingAfter(spans, spans.firstOfLane[lane] as number, end, window.fromNs);
  while (next < end && (startNs[next] as number) < window.toNs) {
    const from = Math.max(-1, xOf(view, startNs[next] as number));
    let to = Math.min(frame.width + 1, xOf(view, endNs[next] as number));
    const span = next++;
    const isAlone = to - from >= PARTED;
    // A span narrower than a pixel and those of its kind right after it share one bar.
    while (!isAlone && next < end && kind[next] === kind[span] && xOf(view, startNs[next] as number) <= to + 1) {
      const x = xOf(view, endNs[next] as number);
      if (x - xOf(view, startNs[next] as number) >= PARTED || to > frame.width) break;
      to = Math.max(to, x);
      next = endingAfter(spans, next + 1, end, window.fromNs + to * nsPerPixel);
    }
    const number = label[span] as number;
    const hasRoom = to - from > MARGINS + DIGIT * String(number).length && height >= LABEL_HEIGHT;
    const hasLabel = isAlone && hasRoom && number >= 0;
    const middle = (Math.max(0, from) + Math.min(frame.width, to)) / 2;
    bars.push({
      ...{ span, x: from, top, width: Math.max(1, to - from - (isAlone ? 1 : 0)), height, isAlone },
      ...(hasLabel ? { label: { text: String(number), x: middle, y: top + height / 2 + 0.5 } } : {}),
    });
  }
  return bars;
}

/** The span at a point, or -1. */
export function spanAt({ spans, window, frame }: View, x: number, y: number): number {
  const lane = frame.laneTop.findIndex((top) => y >= top - 1 && y <= top + frame.laneHeight + 1);
  if (lane < 0) return -1;
  const ns = window.fromNs + (x / frame.width) * (window.toNs - window.fromNs);
  const end = spans.firstOfLane[lane + 1] as number;
  const found = endingAfter(spans, spans.firstOfLane[lane] as number, end, ns);
  const slack = (window.toNs - window.fromNs) / frame.width;
  return found < end && (spans.startNs[found] as number) <= ns + slack ? found : -1;
}
