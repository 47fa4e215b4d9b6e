/** Messages of one size that NPUs `offset` apart swap, and the load each adds to a link on its route. */
export interface Exchange {
  /** A power of two. */
  readonly offset: number;
  readonly weight: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * The most loaded link of a ring on which NPUs swap messages. The lower half of every
 * 2 * offset neighbours sends to the upper half, so link p among them carries
 * `min(p + 1, 2 * offset - 1 - p)` messages: a triangle that peaks at `offset` in the middle.
 *
 * The sum starts with the narrowest triangle. The next wider one is linear over either
 * half of its width, and a linear term moves no point off the upper hull of (link, load). So
 * it is enough to keep hulls: that of the next width is the hull of two sheared copies
 * side by side, a handful of points for thousands of links.
 */
export function exchangeLoad(exchanges: readonly Exchange[]): number {
  const weights: number[] = [];
  for (const { offset, weight } of exchanges) {
    const level = Math.log2(offset);
    weights[level] = (weights[level] ?? 0) + weight;
  }
  let hull: readonly Point[] = [{ x: 0, y: 0 }];
  for (let level = 0; level < weights.length; level++) {
    const weight = weights[level] ?? 0;
    const width = 2 ** level;
    const rising = hull.map(({ x, y }) => ({ x, y: y + weight * (x + 1) }));
    const falling = hull.map(({ x, y }) => ({ x: width + x, y: y + weight * (width - 1 - x) }));
    hull = upperHull([...rising, ...falling]);
  }
  return hull.reduce((most, { y }) => Math.max(most, y), 0);
}

/** The points, in order of x, that lie on or above every chord between two others. */
function upperHull(points: readonly Point[]): Point[] {
  const hull: Point[] = [];
  for (const point of points) {
    while (hull.length > 1 && isBelow(hull[hull.length - 1] as Point, hull[hull.length - 2] as Point, point))
      hull.pop();
    hull.push(point);
  }
  return hull;
}

function isBelow(point: Point, left: Point, right: Point): boolean {
  return (right.y - left.y) * (point.x - left.x) >= (point.y - left.y) * (right.x - left.x);
}
