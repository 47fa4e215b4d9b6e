import type { Network } from 'astra-sim-ts/topology';
import type { Point } from './drawing.js';

export interface Places {
  readonly x: number[];
  readonly y: number[];
  /** Bend of cables that pass around devices, in parts of their length. */
  readonly bend?: number;
}

/** Gap between neighbours on a circle, in parts of their own size. */
const SPACE = 1.3;

/** NPUs of a grid: dimension 0 in circles, dimension 1 in circles of these, and so on; switches in the middle of their NPUs. */
export function circles(sizes: readonly number[], network: Network): Places {
  const x = new Array<number>(network.devices).fill(0);
  const y = new Array<number>(network.devices).fill(0);
  let extent = 1;
  let stride = 1;
  for (const size of sizes) {
    const radius = size === 1 ? 0 : (extent * SPACE) / Math.sin(Math.PI / size);
    for (let npu = 0; npu < network.npus; npu++) {
      const coordinate = Math.floor(npu / stride) % size;
      // Two are side by side; of more, the first two are at the top.
      const turn = size === 2 ? Math.PI : -Math.PI / 2 - Math.PI / size;
      const angle = (2 * Math.PI * coordinate) / size + turn;
      x[npu] = (x[npu] as number) + radius * Math.cos(angle);
      y[npu] = (y[npu] as number) + radius * Math.sin(angle);
    }
    extent += radius;
    stride *= size;
  }
  for (const [device, near] of neighbours(network).entries()) {
    if (device < network.npus) continue;
    x[device] = mean(near.map((one) => x[one] as number));
    y[device] = mean(near.map((one) => y[one] as number));
  }
  return { x, y };
}

/** NPUs in a row, switches above them: the farther from an NPU, the higher. */
export function layers(network: Network): Places {
  const { npus, devices } = network;
  const near = neighbours(network);
  const level = new Array<number>(devices).fill(-1);
  const order: number[] = [];
  for (let npu = 0; npu < npus; npu++) {
    level[npu] = 0;
    order.push(npu);
  }
  for (const device of order) {
    for (const next of near[device] ?? []) {
      if (level[next] !== -1) continue;
      level[next] = (level[device] as number) + 1;
      order.push(next);
    }
  }
  const x = new Array<number>(devices).fill(0);
  const y = new Array<number>(devices).fill(0);
  const highest = Math.max(...level);
  for (let at = 0; at <= highest; at++) {
    const row = order.filter((device) => level[device] === at);
    // Above their neighbours, then evenly.
    const below = (device: number) =>
      mean((near[device] ?? []).filter((one) => level[one] === at - 1).map((one) => x[one] as number));
    if (at > 0) row.sort((a, b) => below(a) - below(b));
    for (const [i, device] of row.entries()) {
      x[device] = (i + 0.5) / row.length;
      y[device] = (highest - at) * (highest === 0 ? 0 : 0.36 / highest) + (at > 0 ? 0 : 0.02);
    }
  }
  return { x, y };
}

/** Most distance of neighbours in the third dimension, and of all of them together, in parts of a column. */
const DEPTH_STEP = 0.3;
const DEPTH = 0.72;
/** Gap between two grids, in columns. */
const GAP = 0.9;

/**
 * NPUs of a torus or mesh, seen from a corner: columns, rows, the third dimension slanting away within its
 * cell; further dimensions are grids beside or below each other.
 */
export function axes(sizes: readonly number[], network: Network): Places {
  const [columns = 1, rows = 1, depth = 1] = sizes;
  const slant = Math.min(DEPTH_STEP, DEPTH / Math.max(1, depth - 1));
  const steps: Point[] = [
    { x: 1, y: 0 },
    { x: 0, y: 1 },
    { x: slant, y: -0.7 * slant },
  ];
  let [width, height] = [columns + GAP, rows + GAP];
  for (let d = 3; d < sizes.length; d++) {
    const isBeside = d % 2 === 1;
    steps.push(isBeside ? { x: width, y: 0 } : { x: 0, y: height });
    if (isBeside) width *= sizes[d] as number;
    else height *= sizes[d] as number;
  }
  const [x, y]: [number[], number[]] = [[], []];
  for (let npu = 0; npu < network.npus; npu++) {
    let [rest, left, top] = [npu, 0, 0];
    for (const [d, size] of sizes.entries()) {
      const step = steps[d] as Point;
      left += (rest % size) * step.x;
      top += (rest % size) * step.y;
      rest = Math.floor(rest / size);
    }
    x.push(left);
    y.push(top);
  }
  return { x, y, bend: 0.09 };
}

/** The neighbours of each device. */
function neighbours(network: Network): number[][] {
  const near = Array.from({ length: network.devices }, (): number[] => []);
  for (let link = 0; link < network.links; link++) (near[network.end(link)] as number[]).push(network.start(link));
  return near;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
