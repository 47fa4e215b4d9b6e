import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { looks } from '../ui/header.js';
import { useWidth } from '../ui/width.js';
import type { Drawing } from './drawing.js';
import { type Dot, heightOf, networkColours, paintNetwork } from './paint.js';

/** A network on a canvas, and messages on it. Every painting reads `dots`; a change of its signals repaints. */
export function NetworkCanvas({
  drawing,
  label,
  most,
  dots,
}: {
  readonly drawing: Drawing;
  readonly label: string;
  /** Most height, pixels. */
  readonly most: number;
  readonly dots?: () => readonly Dot[];
}) {
  const room = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(room, 340);
  const height = heightOf(drawing, width, most);
  useEffect(() => {
    const { current } = canvas;
    const context = current?.getContext('2d');
    if (current === null || context === null || context === undefined) return;
    current.width = Math.round(width * devicePixelRatio);
    current.height = Math.round(height * devicePixelRatio);
    return effect(() => {
      void looks.value;
      context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
      paintNetwork(context, drawing, { width, height }, networkColours(), dots?.());
    });
  }, [drawing, width, height, dots]);
  return (
    <div ref={room} class="canvas-room">
      <canvas ref={canvas} role="img" aria-label={label} style={{ height: `${height}px` }} />
    </div>
  );
}
