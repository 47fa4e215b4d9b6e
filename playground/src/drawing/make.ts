import { type CollectiveSpec, ConfigError, type DimensionSpec, parseQuantity } from 'astra-sim-ts';
import {
  type EdgeListSpec,
  graphNetwork,
  gridNetwork,
  type Network,
  readEdgeList,
  readGraphShorthand,
} from 'astra-sim-ts/topology';
import { type Drawing, type NoDrawing, type Point, pointOn } from './drawing.js';
import { axes, circles, layers, type Places } from './layout.js';

/** More NPUs or links make no readable picture. */
const MOST_NPUS = 256;
const MOST_LINKS = 6000;

export interface Drawn {
  readonly network: Network;
  readonly drawing: Drawing;
}

/** The network of a spec, and the positions of its devices in a picture. @throws ConfigError for an invalid spec. */
export function drawn(topology: CollectiveSpec['topology']): Drawn | NoDrawing {
  if (Array.isArray(topology)) return drawnGrid(topology as readonly DimensionSpec[]);
  const graph = typeof topology === 'string' ? readGraphShorthand(topology) : readEdgeList(topology as EdgeListSpec);
  const { npus } = graph;
  if (npus > MOST_NPUS || graph.links.length > MOST_LINKS) return tooMany(npus);
  const network = graphNetwork(graph);
  const sizes = typeof topology === 'string' ? sizesOf(topology) : undefined;
  if (sizes !== undefined && npus === graph.devices)
    return { network, drawing: drawingOf(network, axes(sizes, network)) };
  const places = npus === graph.devices ? circles([npus], network) : layers(network);
  return { network, drawing: drawingOf(network, places) };
}

function tooMany(npus: number): NoDrawing {
  return { npus, why: `A picture shows at most ${MOST_NPUS} NPUs; this network has ${npus.toLocaleString('en-US')}.` };
}

function drawnGrid(dimensions: readonly DimensionSpec[]): Drawn | NoDrawing {
  const sizes = dimensions.map(({ npus }) => npus);
  if (!sizes.every((size) => Number.isSafeInteger(size) && size >= 1)) throw new ConfigError([]);
  const npus = sizes.reduce((product, size) => product * size, 1);
  if (npus > MOST_NPUS) return tooMany(npus);
  const network = gridNetwork(
    dimensions.map(({ kind, npus: size, bandwidth, latency }) => ({
      ...{
        kind,
        npus: size,
        bandwidth: parseQuantity('bandwidth', bandwidth),
        latency: parseQuantity('time', latency),
      },
    })),
  );
  if (network.links > MOST_LINKS)
    return { npus, why: `Its ${network.links.toLocaleString('en-US')} links are too many for a picture.` };
  // In circles within circles within circles nobody could follow an outermost ring.
  const isTorus = dimensions.every(({ kind }) => kind === 'ring') && sizes.filter((size) => size > 1).length > 2;
  return { network, drawing: drawingOf(network, isTorus ? axes(sizes, network) : circles(sizes, network)) };
}

/** NPUs along each dimension of a torus or mesh in shorthand. */
function sizesOf(text: string): readonly number[] | undefined {
  const [, sizes] = /^\s*graph\s*:\s*(?:torus|mesh)\s*\(\s*(\d+(?:\s*[x×]\s*\d+)+)\s*,/.exec(text) ?? [];
  return sizes?.split(/[x×]/).map(Number);
}

function drawingOf(network: Network, { x, y, bend: most = 0.16 }: Places): Drawing {
  const cables = cablesOf(network).map((cable) => ({ ...cable, bend: goesRound(x, y, cable) ? most : 0 }));
  // Bent cables need room, too.
  const middles = cables.map(({ from, to, bend }) => pointOn(pointAt(x, y, from), pointAt(x, y, to), bend, 0.5));
  const [xs, ys] = [
    [...x, ...middles.map((one) => one.x)],
    [...y, ...middles.map((one) => one.y)],
  ];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const isPoint = right - left < 1e-9;
  const scale = 1 / (right - left);
  const place = (value: number, first: number) => (isPoint ? 0.5 : (value - first) * scale);
  return {
    ...{ npus: network.npus, devices: network.devices },
    x: Float64Array.from(x, (value) => place(value, left)),
    y: Float64Array.from(y, (value) => place(value, top)),
    aspect: isPoint ? 1 : Math.max(0.04, (bottom - top) * scale),
    from: Int32Array.from(cables, ({ from }) => from),
    to: Int32Array.from(cables, ({ to }) => to),
    bend: Float64Array.from(cables, ({ bend }) => bend),
    group: Int32Array.from(cables, ({ group }) => group),
    groups: network.groups.map(({ name }) => name),
  };
}

function pointAt(x: readonly number[], y: readonly number[], device: number): Point {
  return { x: x[device] as number, y: y[device] as number };
}

/** Whether a cable would cross devices between its ends. */
function goesRound(x: readonly number[], y: readonly number[], { from, to }: Cable): boolean {
  const [a, b] = [pointAt(x, y, from), pointAt(x, y, to)];
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  if (length < 1e-9) return false;
  for (let one = 0; one < x.length; one++) {
    if (one === from || one === to) continue;
    const { x: cx, y: cy } = pointAt(x, y, one);
    const along = ((cx - a.x) * (b.x - a.x) + (cy - a.y) * (b.y - a.y)) / length;
    const beside = Math.abs((cx - a.x) * (b.y - a.y) - (cy - a.y) * (b.x - a.x)) / length;
    if (beside < 0.02 * length && along > 0.01 * length && along < 0.99 * length) return true;
  }
  return false;
}

interface Cable {
  readonly from: number;
  readonly to: number;
  readonly group: number;
}

/** Lists each pair of devices once. */
function cablesOf(network: Network): Cable[] {
  const cables = new Map<number, Cable>();
  for (let link = 0; link < network.links; link++) {
    const [a, b] = [network.start(link), network.end(link)];
    const [from, to] = [Math.min(a, b), Math.max(a, b)];
    cables.set(from * network.devices + to, { from, to, group: network.group(link) });
  }
  return [...cables.values()];
}
