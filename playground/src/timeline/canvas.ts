import { type Frame, frameOf, spanAt, type Window } from '../../../src/charts/timeline/layout.js';
import { laneOf, type PackedSpans } from '../../../src/charts/timeline/packed-spans.js';
import { type Colours, paint, type Scene } from './paint.js';

export interface CanvasListener {
  /** Called when the mouse or the keys select a span; -1 for none. */
  onSelect(span: number, byKey: boolean): void;
  /** Called with the time of a click. */
  onCursor(ns: number): void;
}

/** Closest zoom: a tenth of a ns per pixel, finer than any event. */
const LEAST_NS = 10;

/** A timeline on a canvas, painted at most once per frame, after changes. */
export class TimelineCanvas {
  readonly #canvas: HTMLCanvasElement;
  readonly #listener: CanvasListener;
  readonly #resizes: ResizeObserver;
  #spans: PackedSpans | undefined;
  #window: Window = { fromNs: 0, toNs: 1 };
  #frame: Frame = { width: 1, height: 1, laneTop: [], groupTop: [], laneHeight: 1, isNamed: true };
  #colours: Colours;
  #selected = -1;
  #cursorNs: number | undefined;
  #asked = 0;

  constructor(canvas: HTMLCanvasElement, colours: Colours, listener: CanvasListener) {
    this.#canvas = canvas;
    this.#colours = colours;
    this.#listener = listener;
    this.#resizes = new ResizeObserver(() => this.#layOut());
    this.#resizes.observe(canvas.parentElement as HTMLElement);
    canvas.addEventListener('wheel', this.#wheel, { passive: false });
    canvas.addEventListener('pointerdown', this.#down);
    canvas.addEventListener('pointermove', this.#hover);
    canvas.addEventListener('pointerleave', this.#leave);
    canvas.addEventListener('keydown', this.#key);
  }

  close(): void {
    this.#resizes.disconnect();
    cancelAnimationFrame(this.#asked);
  }

  show(spans: PackedSpans): void {
    const isSame = this.#spans?.endOfAllNs === spans.endOfAllNs;
    this.#spans = spans;
    this.#selected = -1;
    if (!isSame) this.#window = { fromNs: 0, toNs: Math.max(1, spans.endOfAllNs) };
    this.#layOut();
  }

  set colours(colours: Colours) {
    this.#colours = colours;
    this.#ask();
  }

  set cursorNs(ns: number | undefined) {
    this.#cursorNs = ns;
    this.#ask();
  }

  /** @param factor - below 1: closer. @param at - share of the width that stays in place. */
  zoom(factor: number, at = 0.5): void {
    const { fromNs, toNs } = this.#window;
    const all = this.#spans?.endOfAllNs ?? 1;
    const length = Math.min(all, Math.max(LEAST_NS, (toNs - fromNs) * factor));
    this.#look(fromNs + (toNs - fromNs - length) * at, length);
  }

  /** @param share - of the visible part; above 0: later. */
  pan(share: number): void {
    const { fromNs, toNs } = this.#window;
    this.#look(fromNs + share * (toNs - fromNs), toNs - fromNs);
  }

  whole(): void {
    this.#look(0, this.#spans?.endOfAllNs ?? 1);
  }

  #look(fromNs: number, length: number): void {
    const all = Math.max(1, this.#spans?.endOfAllNs ?? 1);
    const from = Math.min(Math.max(0, fromNs), Math.max(0, all - length));
    this.#window = { fromNs: from, toNs: from + Math.max(length, 1) };
    this.#ask();
  }

  #layOut(): void {
    const spans = this.#spans;
    if (spans === undefined) return;
    const canvas = this.#canvas;
    const width = (canvas.parentElement as HTMLElement).clientWidth;
    this.#frame = frameOf(spans, Math.max(50, width));
    const { height } = this.#frame;
    canvas.width = Math.round(this.#frame.width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    canvas.style.height = `${height}px`;
    this.#ask();
  }

  #ask(): void {
    cancelAnimationFrame(this.#asked);
    this.#asked = requestAnimationFrame(() => this.paint());
  }

  /** Paints now. */
  paint(): void {
    const scene = this.#scene();
    const context = this.#canvas.getContext('2d');
    if (scene === undefined || context === null) return;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    paint(context, scene);
  }

  #scene(): Scene | undefined {
    if (this.#spans === undefined) return undefined;
    return {
      ...{ spans: this.#spans, window: this.#window, frame: this.#frame, colours: this.#colours },
      ...{ selected: this.#selected, cursorNs: this.#cursorNs },
    };
  }

  #select(span: number, byKey: boolean): void {
    if (span === this.#selected) return;
    this.#selected = span;
    this.#listener.onSelect(span, byKey);
    this.#ask();
  }

  readonly #wheel = (event: WheelEvent): void => {
    const { fromNs, toNs } = this.#window;
    const isWhole = toNs - fromNs >= (this.#spans?.endOfAllNs ?? 1);
    const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    const delta = isSideways ? event.deltaX || event.deltaY : event.deltaY;
    // At full width the wheel scrolls the page.
    if (isWhole && (isSideways || delta > 0)) return;
    event.preventDefault();
    if (isSideways) this.pan(delta / this.#frame.width);
    else this.zoom(1.0016 ** delta, event.offsetX / this.#frame.width);
  };

  readonly #hover = (event: PointerEvent): void => {
    const scene = this.#scene();
    if (scene !== undefined && event.buttons === 0) this.#select(spanAt(scene, event.offsetX, event.offsetY), false);
  };

  readonly #leave = (): void => {
    if (document.activeElement !== this.#canvas) this.#select(-1, false);
  };

  readonly #down = (down: PointerEvent): void => {
    const { fromNs, toNs } = this.#window;
    const length = toNs - fromNs;
    let hasMoved = false;
    const move = ({ clientX }: PointerEvent) => {
      const by = clientX - down.clientX;
      if (Math.abs(by) > 3) hasMoved = true;
      if (hasMoved) this.#look(fromNs - (by / this.#frame.width) * length, length);
    };
    const up = () => {
      removeEventListener('pointermove', move);
      removeEventListener('pointerup', up);
      removeEventListener('pointercancel', up);
      if (hasMoved) return;
      const scene = this.#scene();
      if (scene !== undefined) this.#select(spanAt(scene, down.offsetX, down.offsetY), false);
      this.#listener.onCursor(fromNs + (down.offsetX / this.#frame.width) * length);
    };
    addEventListener('pointermove', move);
    addEventListener('pointerup', up);
    addEventListener('pointercancel', up);
  };

  readonly #key = (event: KeyboardEvent): void => {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey) return;
    const actions: Readonly<Record<string, () => void>> = {
      '+': () => this.zoom(0.5),
      '=': () => this.zoom(0.5),
      '-': () => this.zoom(2),
      Home: () => this.whole(),
      Escape: () => this.#select(-1, true),
      ArrowLeft: () => (shiftKey ? this.pan(-0.2) : this.#step(-1)),
      ArrowRight: () => (shiftKey ? this.pan(0.2) : this.#step(1)),
      ArrowUp: () => this.#changeLane(-1),
      ArrowDown: () => this.#changeLane(1),
    };
    const action = actions[key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  };

  /** To the next span of the lane, or the one before. */
  #step(by: number): void {
    const spans = this.#spans;
    if (spans === undefined || spans.count === 0) return;
    const now = this.#selected;
    if (now < 0) this.#focus(0);
    else {
      const lane = laneOf(spans, now);
      const [first, end] = [spans.firstOfLane[lane] as number, spans.firstOfLane[lane + 1] as number];
      this.#focus(Math.min(end - 1, Math.max(first, now + by)));
    }
  }

  /** To the span of another lane at about the same time. */
  #changeLane(by: number): void {
    const spans = this.#spans;
    if (spans === undefined || spans.count === 0) return;
    const now = Math.max(0, this.#selected);
    const lane = laneOf(spans, now) + by;
    if (lane < 0 || lane >= spans.groupOfLane.length) return;
    const [first, end] = [spans.firstOfLane[lane] as number, spans.firstOfLane[lane + 1] as number];
    let best = first;
    while (best + 1 < end && (spans.startNs[best + 1] as number) <= (spans.startNs[now] as number)) best++;
    this.#focus(best);
  }

  /** Selects a span and scrolls to it. */
  #focus(span: number): void {
    const { startNs, endNs } = this.#spans as PackedSpans;
    const [start, end] = [startNs[span] as number, endNs[span] as number];
    const { fromNs, toNs } = this.#window;
    if (end > toNs || start < fromNs) this.#look(start - (toNs - fromNs) / 4, toNs - fromNs);
    this.#select(span, true);
  }
}
