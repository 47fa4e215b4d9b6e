import { time, unitOf } from '../format.js';
import { endingAfter, type PackedSpans } from './spans.js';

/** Part of the time that is in sight. */
export interface Window {
  readonly fromNs: number;
  readonly toNs: number;
}

/** Where things are on the canvas, in CSS pixels. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  /** Top of each lane, and of each group's name. */
  readonly laneTop: readonly number[];
  readonly groupTop: readonly number[];
  readonly laneHeight: number;
}

export interface Colours {
  /** By kind. */
  readonly kinds: readonly string[];
  readonly onMark: string;
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  readonly accent: string;
}

const AXIS = 20;
const NAME = 20;
const GAP = 8;
/** Groups that have their names on the canvas. */
const MOST_NAMED = 8;
/** Pixels that all lanes share, and what a lane has at least and at most. */
const ROOM = 300;
const LEAST = 2;
const MOST = 22;

export function frameOf({ groups, groupOfLane }: PackedSpans, width: number): Frame {
  const lanes = groupOfLane.length;
  // Many groups: their names would take more room than their bars.
  const isDense = groups.length > MOST_NAMED;
  const [name, gap] = isDense ? [0, 3] : [NAME, GAP];
  const laneHeight = Math.max(LEAST, Math.min(MOST, Math.floor(ROOM / Math.max(1, lanes))));
  const laneTop: number[] = [];
  const groupTop: number[] = [];
  let top = AXIS;
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
  return { width, height: top, laneTop, groupTop, laneHeight };
}

export interface Scene {
  readonly spans: PackedSpans;
  readonly window: Window;
  readonly frame: Frame;
  readonly colours: Colours;
  /** The span that is looked at, and the label whose other spans are shown with it; -1 for none. */
  readonly selected: number;
  readonly cursorNs: number | undefined;
}

/** Paints what is in sight. The work grows with the pixels, not with the spans: what shares a pixel is one. */
export function paint(context: CanvasRenderingContext2D, scene: Scene): void {
  const { frame, spans, colours, window } = scene;
  context.clearRect(0, 0, frame.width, frame.height);
  paintAxis(context, scene);
  context.font = '12px system-ui, sans-serif';
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  context.fillStyle = colours.quiet;
  const isDense = spans.groups.length > MOST_NAMED;
  for (const [group, name] of isDense ? [] : spans.groups.entries()) {
    context.fillText(name, 0, (frame.groupTop[group] as number) + NAME / 2);
  }
  for (let lane = 0; lane < spans.groupOfLane.length; lane++) paintLane(context, scene, lane);
  const { cursorNs } = scene;
  if (cursorNs === undefined || cursorNs < window.fromNs || cursorNs > window.toNs) return;
  context.fillStyle = colours.ink;
  context.fillRect(Math.round(xOf(scene, cursorNs)), AXIS - 4, 1, frame.height - AXIS);
}

export function xOf({ window, frame }: Pick<Scene, 'window' | 'frame'>, ns: number): number {
  return ((ns - window.fromNs) / (window.toNs - window.fromNs)) * frame.width;
}

function paintAxis(context: CanvasRenderingContext2D, scene: Scene): void {
  const { window, frame, colours } = scene;
  const [scale, unit] = unitOf(window.toNs);
  const step = niceStep((window.toNs - window.fromNs) / scale / Math.max(2, frame.width / 110)) * scale;
  context.font = '11px system-ui, sans-serif';
  context.textBaseline = 'top';
  context.textAlign = 'center';
  const decimals = Math.max(0, -Math.floor(Math.log10(step / scale) + 1e-9));
  for (let ns = Math.ceil(window.fromNs / step) * step; ns <= window.toNs; ns += step) {
    const x = Math.round(xOf(scene, ns));
    context.fillStyle = colours.line;
    context.fillRect(x, AXIS - 4, 1, frame.height - AXIS);
    const text = `${(ns / scale).toFixed(Math.min(decimals, 6))} ${unit}`;
    const half = context.measureText(text).width / 2;
    context.fillStyle = colours.quiet;
    context.fillText(text, Math.min(frame.width - half, Math.max(half, x)), 0);
  }
}

/** 1, 2 or 5 times a power of ten, not below. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const digit = [1, 2, 5, 10].find((one) => one * power >= least * (1 - 1e-9)) ?? 10;
  return digit * power;
}

/** Below so many pixels a span is no longer parted from the next. */
const PARTED = 4;

function paintLane(context: CanvasRenderingContext2D, scene: Scene, lane: number): void {
  const { spans, window, frame, colours, selected } = scene;
  const { startNs, endNs, kind, label } = spans;
  const end = spans.firstOfLane[lane + 1] as number;
  const top = frame.laneTop[lane] as number;
  const height = frame.laneHeight;
  const nsPerPixel = (window.toNs - window.fromNs) / frame.width;
  const chosen = selected < 0 ? -1 : (label[selected] as number);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.font = '600 11px system-ui, sans-serif';
  let next = endingAfter(spans, spans.firstOfLane[lane] as number, end, window.fromNs);
  while (next < end && (startNs[next] as number) < window.toNs) {
    const from = Math.max(-1, xOf(scene, startNs[next] as number));
    let to = Math.min(frame.width + 1, xOf(scene, endNs[next] as number));
    const one = next++;
    const alone = to - from >= PARTED;
    // Spans narrower than a pixel, and others of their kind right behind them, are one bar.
    while (!alone && next < end && kind[next] === kind[one] && xOf(scene, startNs[next] as number) <= to + 1) {
      const x = xOf(scene, endNs[next] as number);
      if (x - xOf(scene, startNs[next] as number) >= PARTED || to > frame.width) break;
      to = Math.max(to, x);
      next = endingAfter(spans, next + 1, end, window.fromNs + to * nsPerPixel);
    }
    const isFaded = chosen >= 0 && label[one] !== chosen && alone;
    context.globalAlpha = isFaded ? 0.35 : 1;
    context.fillStyle = colours.kinds[kind[one] as number] ?? colours.accent;
    context.fillRect(from, top, Math.max(1, to - from - (alone ? 1 : 0)), height);
    if (alone && to - from > 20 && height >= 13 && (label[one] as number) >= 0) {
      context.fillStyle = colours.onMark;
      context.fillText(String(label[one]), (Math.max(0, from) + Math.min(frame.width, to)) / 2, top + height / 2 + 0.5);
    }
    context.globalAlpha = 1;
    if (one === selected) {
      context.strokeStyle = colours.ink;
      context.lineWidth = 2;
      context.strokeRect(from, top, Math.max(2, to - from - 1), height);
    }
  }
}

/** The span at a point; -1 when there is none. */
export function spanAt(
  { spans, window, frame }: Pick<Scene, 'spans' | 'window' | 'frame'>,
  x: number,
  y: number,
): number {
  const lane = frame.laneTop.findIndex((top) => y >= top - 1 && y <= top + frame.laneHeight + 1);
  if (lane < 0) return -1;
  const ns = window.fromNs + (x / frame.width) * (window.toNs - window.fromNs);
  const end = spans.firstOfLane[lane + 1] as number;
  const found = endingAfter(spans, spans.firstOfLane[lane] as number, end, ns);
  const slack = (window.toNs - window.fromNs) / frame.width;
  return found < end && (spans.startNs[found] as number) <= ns + slack ? found : -1;
}

/** What is in sight, in words. */
export function windowText({ fromNs, toNs }: Window): string {
  return `${time(fromNs)} to ${time(toNs)}`;
}
