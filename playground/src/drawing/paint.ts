import { type Drawing, type Point, pointOn } from './drawing.js';

export interface NetworkColours {
  readonly ink: string;
  readonly line: string;
  readonly card: string;
  readonly accent: string;
  /** By dimension or tier. */
  readonly groups: readonly string[];
}

/** A message in flight. */
export interface Dot {
  /** Devices on its path, and its position along it, 0 to 1. */
  readonly way: readonly number[];
  readonly share: number;
  readonly colour: string;
}

const EDGE = 22;

export function heightOf({ aspect }: Drawing, width: number, most: number): number {
  return Math.min(most, Math.max(90, aspect * (width - 2 * EDGE) + 2 * EDGE));
}

/** Positions of devices on a canvas. */
function placer({ x, y, aspect }: Drawing, width: number, height: number): (device: number) => Point {
  const scale = Math.max(1, Math.min(width - 2 * EDGE, (height - 2 * EDGE) / Math.max(aspect, 1e-9)));
  const [left, top] = [(width - scale) / 2, (height - aspect * scale) / 2];
  return (device) => ({ x: left + (x[device] as number) * scale, y: top + (y[device] as number) * scale });
}

/** Paints cables, devices and messages. */
export function paintNetwork(
  context: CanvasRenderingContext2D,
  drawing: Drawing,
  { width, height }: { readonly width: number; readonly height: number },
  colours: NetworkColours,
  dots: readonly Dot[] = [],
): void {
  const { npus, devices, from, to, bend, group } = drawing;
  const at = placer(drawing, width, height);
  context.clearRect(0, 0, width, height);
  const isCrowded = from.length > 150;
  context.lineWidth = isCrowded ? 0.75 : 1.5;
  context.globalAlpha = isCrowded ? 0.45 : 0.75;
  for (let cable = 0; cable < from.length; cable++) {
    const [a, b] = [at(from[cable] as number), at(to[cable] as number)];
    context.strokeStyle = colours.groups[(group[cable] as number) % colours.groups.length] ?? colours.line;
    context.beginPath();
    context.moveTo(a.x, a.y);
    // The middle of a quadratic curve lies half way to its control point.
    const middle = pointOn(a, b, 2 * (bend[cable] as number), 0.5);
    context.quadraticCurveTo(middle.x, middle.y, b.x, b.y);
    context.stroke();
  }
  context.globalAlpha = 1;
  const radius = Math.max(2.5, Math.min(10, 0.42 * nearest(drawing, at)));
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.font = `600 ${radius >= 10 ? 10 : 9}px system-ui, sans-serif`;
  for (let device = 0; device < devices; device++) {
    const { x, y } = at(device);
    const isNpu = device < npus;
    context.fillStyle = isNpu ? colours.card : colours.line;
    context.strokeStyle = colours.ink;
    context.lineWidth = 1.25;
    context.beginPath();
    if (isNpu) context.arc(x, y, radius, 0, 2 * Math.PI);
    else context.rect(x - radius * 0.6, y - radius * 0.6, radius * 1.2, radius * 1.2);
    context.fill();
    context.stroke();
    if (isNpu && radius >= 7) {
      context.fillStyle = colours.ink;
      context.fillText(String(device), x, y + 0.5);
    }
  }
  const bends = new Map<number, number>();
  for (let cable = 0; cable < from.length; cable++) {
    bends.set((from[cable] as number) * devices + (to[cable] as number), bend[cable] as number);
  }
  const size = Math.max(3, Math.min(5, radius * 0.55));
  for (const { way, share, colour } of dots) {
    const hops = way.length - 1;
    const hop = Math.min(hops - 1, Math.floor(share * hops));
    const [a, b] = [way[hop] as number, way[hop + 1] as number];
    const bent = bends.get(Math.min(a, b) * devices + Math.max(a, b)) ?? 0;
    const { x, y } = pointOn(at(a), at(b), a < b ? bent : -bent, share * hops - hop);
    context.fillStyle = colour;
    context.strokeStyle = colours.card;
    context.lineWidth = 1;
    context.beginPath();
    context.arc(x, y, size, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}

/** Least distance between two NPUs, pixels. */
function nearest({ npus }: Drawing, at: (device: number) => Point): number {
  let least = Number.POSITIVE_INFINITY;
  for (let a = 0; a < npus; a++) {
    for (let b = a + 1; b < npus; b++) {
      const [one, other] = [at(a), at(b)];
      least = Math.min(least, Math.hypot(one.x - other.x, one.y - other.y));
    }
  }
  return least;
}

export function networkColours(): NetworkColours {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(name).trim();
  return {
    ...{ ink: of('--ink'), line: of('--line-strong'), card: of('--card'), accent: of('--accent') },
    groups: ['--reduce-scatter', '--all-reduce', '--all-gather', '--all-to-all', '--line-strong'].map(of),
  };
}
