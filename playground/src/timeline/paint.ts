import {
  AXIS_FONT,
  AXIS_HEIGHT,
  type Bar,
  barsOf,
  LABEL_FONT,
  NAME_FONT,
  NAME_HEIGHT,
  ticksOf,
  type View,
  xOf,
} from '../../../src/charts/timeline/layout.js';

export interface Colours {
  /** By kind. */
  readonly kinds: readonly string[];
  readonly onMark: string;
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  readonly accent: string;
}

export interface Scene extends View {
  readonly colours: Colours;
  /** The selected span, and the label whose other spans are highlighted with it; -1 for none. */
  readonly selected: number;
  readonly cursorNs: number | undefined;
}

const FONT = 'system-ui, sans-serif';

/** Paints the visible part, in the layout that pictures of the command line share. */
export function paint(context: CanvasRenderingContext2D, scene: Scene): void {
  const { frame, spans, colours, window } = scene;
  context.clearRect(0, 0, frame.width, frame.height);
  paintAxis(context, scene);
  context.font = `${NAME_FONT}px ${FONT}`;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  context.fillStyle = colours.quiet;
  for (const [group, name] of frame.isNamed ? spans.groups.entries() : []) {
    context.fillText(name, 0, (frame.groupTop[group] as number) + NAME_HEIGHT / 2);
  }
  context.textAlign = 'center';
  context.font = `600 ${LABEL_FONT}px ${FONT}`;
  for (let lane = 0; lane < spans.groupOfLane.length; lane++) {
    for (const bar of barsOf(scene, lane)) paintBar(context, scene, bar);
  }
  const { cursorNs } = scene;
  if (cursorNs === undefined || cursorNs < window.fromNs || cursorNs > window.toNs) return;
  context.fillStyle = colours.ink;
  context.fillRect(Math.round(xOf(scene, cursorNs)), AXIS_HEIGHT - 4, 1, frame.height - AXIS_HEIGHT);
}

function paintAxis(context: CanvasRenderingContext2D, scene: Scene): void {
  const { frame, colours } = scene;
  context.font = `${AXIS_FONT}px ${FONT}`;
  context.textBaseline = 'top';
  context.textAlign = 'center';
  for (const { x, text } of ticksOf(scene)) {
    context.fillStyle = colours.line;
    context.fillRect(x, AXIS_HEIGHT - 4, 1, frame.height - AXIS_HEIGHT);
    const half = context.measureText(text).width / 2;
    context.fillStyle = colours.quiet;
    context.fillText(text, Math.min(frame.width - half, Math.max(half, x)), 0);
  }
}

function paintBar(context: CanvasRenderingContext2D, { spans, colours, selected }: Scene, bar: Bar): void {
  const { span, x, top, width, height, isAlone, label } = bar;
  const isFaded = selected >= 0 && spans.label[span] !== spans.label[selected] && isAlone;
  context.globalAlpha = isFaded ? 0.35 : 1;
  context.fillStyle = colours.kinds[spans.kind[span] as number] ?? colours.accent;
  context.fillRect(x, top, width, height);
  if (label !== undefined) {
    context.fillStyle = colours.onMark;
    context.fillText(label.text, label.x, label.y);
  }
  context.globalAlpha = 1;
  if (span !== selected) return;
  context.strokeStyle = colours.ink;
  context.lineWidth = 2;
  context.strokeRect(x, top, Math.max(2, width), height);
}
