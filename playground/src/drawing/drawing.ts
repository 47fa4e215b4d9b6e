/** A picture of a network. Devices 0 … npus - 1 are NPUs, the others switches. */
export interface Drawing {
  readonly npus: number;
  readonly devices: number;
  /** Of each device: x from 0 to 1, y from 0 to `aspect`. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Height over width. */
  readonly aspect: number;
  /** Cables: links in both directions form one. `bend` is the distance of its middle from the straight line, in parts of its length. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly bend: Float64Array;
  /** Of each cable: its dimension or tier. */
  readonly group: Int32Array;
  readonly groups: readonly string[];
}

/** Or the reason why there is no picture. */
export interface NoDrawing {
  readonly npus: number;
  readonly why: string;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A point of a cable, `t` from 0 at `a` to 1 at `b`; a cable bends to the same side in both directions. */
export function pointOn(a: Point, b: Point, bend: number, t: number): Point {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const rise = 4 * bend * t * (1 - t);
  return { x: a.x + dx * t - dy * rise, y: a.y + dy * t + dx * rise };
}
