import { ConfigError, show } from '../base/errors.js';
import { didYouMean } from '../base/validate.js';
import type { Dimension } from './dimension.js';

/** How accelerators are joined: a {@link Dimension} without its size. */
export type ClusterWiring = Omit<Dimension, 'npus'>;

/** The wiring of a kind of cluster: boxes of accelerators, joined by a network. */
export interface ClusterWires {
  /** Accelerators of a box, and what joins them. */
  readonly box: { readonly npus: number; readonly wiring: ClusterWiring };
  /** What joins the boxes, per accelerator. */
  readonly boxes: ClusterWiring;
  /** A torus of three dimensions instead of boxes: all dimensions are wired as the boxes are. */
  readonly torus?: true;
}

const NVSWITCH_NS = 500;
const NETWORK_NS = 1000;

const nic = (gbitPerSecond: number): ClusterWiring => ({
  kind: 'switch',
  bandwidth: gbitPerSecond / 8,
  latency: NETWORK_NS,
});

const nvlink = (bandwidth: number): ClusterWiring => ({ kind: 'switch', bandwidth, latency: NVSWITCH_NS });

/**
 * Clusters with their published figures, decimal units, bandwidths in one direction.
 *
 * - `dgx-a100`: NVIDIA DGX A100 data sheet. 12 NVLinks of 25 GB/s, eight 200 Gbit/s adapters for
 *   eight GPUs.
 * - `dgx-h100`: NVIDIA DGX H100 data sheet. 18 NVLinks of 25 GB/s, eight 400 Gbit/s adapters.
 * - `gb200-nvl72`: NVIDIA GB200 NVL72 data sheet, divided by 72. 18 NVLinks of 50 GB/s to the
 *   switches of a rack; one 400 Gbit/s adapter per GPU.
 * - `mi300x`: data sheet of AMD's platform of eight Instinct MI300X. A link of 64 GB/s to each
 *   other GPU; one 400 Gbit/s adapter per GPU.
 * - `tpu-v4`: Jouppi et al., "TPU v4" (arXiv 2304.01433). Six links of 50 GB/s per chip.
 *
 * Latencies of a hop are not published: 500 ns in a box and 1 us in the network, with two hops
 * through a switch, match the magnitude of measured times for small messages.
 */
export const CLUSTER_WIRES = {
  'dgx-a100': { box: { npus: 8, wiring: nvlink(300) }, boxes: nic(200) },
  'dgx-h100': { box: { npus: 8, wiring: nvlink(450) }, boxes: nic(400) },
  'gb200-nvl72': { box: { npus: 72, wiring: nvlink(900) }, boxes: nic(400) },
  mi300x: {
    box: { npus: 8, wiring: { kind: 'fully-connected', bandwidth: 64, latency: NVSWITCH_NS } },
    boxes: nic(400),
  },
  'tpu-v4': {
    box: { npus: 1, wiring: nvlink(1) },
    boxes: { kind: 'ring', bandwidth: 50, latency: NVSWITCH_NS },
    torus: true,
  },
} as const satisfies Readonly<Record<string, ClusterWires>>;

export type ClusterName = keyof typeof CLUSTER_WIRES;

/** A kind of cluster and its number of accelerators. */
export interface NamedCluster {
  readonly name: ClusterName;
  readonly npus: number;
  readonly dimensions: readonly Dimension[];
}

const SHORTHAND = /^\s*([a-z][a-z0-9-]*)\s*[x×]\s*(\d+)\s*$/;

/** Whether a topology's text names a cluster, such as `"dgx-h100 x 32"`. */
export function isClusterShorthand(text: string): boolean {
  return SHORTHAND.test(text);
}

/**
 * A cluster from its name and its number of accelerators: `"dgx-h100 x 32"` has 32 GPUs in four boxes.
 * @throws ConfigError like {@link clusterOf}, and for unreadable text.
 */
export function readCluster(text: string): NamedCluster {
  const [, name, npus] = SHORTHAND.exec(text) ?? [];
  if (name !== undefined) return clusterOf(name, Number(npus));
  const expected = 'a cluster and its number of accelerators, such as "dgx-h100 x 32"';
  throw new ConfigError([{ path: 'cluster', expected, got: show(text) }]);
}

export function isClusterName(name: unknown): name is ClusterName {
  return typeof name === 'string' && Object.hasOwn(CLUSTER_WIRES, name);
}

/**
 * `npus` accelerators of a kind of cluster.
 * @throws ConfigError for an unknown name, and for a number that neither fits in a box nor fills whole boxes.
 */
export function clusterOf(name: string, npus: number): NamedCluster {
  if (!isClusterName(name)) {
    const names = Object.keys(CLUSTER_WIRES);
    const expected = `one of ${names.join(', ')}`;
    throw new ConfigError([{ path: 'cluster', expected, got: show(name), ...didYouMean(name, names) }]);
  }
  if (!Number.isSafeInteger(npus) || npus < 1 || npus > 2 ** 31 - 1) {
    throw new ConfigError([{ path: 'npus', expected: 'a whole number from 1 to 2147483647', got: show(npus) }]);
  }
  return { name, npus, dimensions: wire(name, CLUSTER_WIRES[name], npus) };
}

/** The network of {@link clusterOf}. */
export function clusterTopology(name: string, npus: number): readonly Dimension[] {
  return clusterOf(name, npus).dimensions;
}

function wire(name: string, { box, boxes, torus }: ClusterWires, npus: number): Dimension[] {
  if (torus) return cube(npus).map((size) => ({ ...boxes, npus: size }));
  if (npus <= box.npus) return [{ ...box.wiring, npus }];
  if (npus % box.npus === 0) {
    return [
      { ...box.wiring, npus: box.npus },
      { ...boxes, npus: npus / box.npus },
    ];
  }
  const expected = `at most ${box.npus}, or a multiple of ${box.npus}: ${name} has boxes of ${box.npus}`;
  throw new ConfigError([{ path: 'npus', expected, got: show(npus) }]);
}

/** Three ascending factors with the least maximum and, among those, the least sum. */
function cube(npus: number): [number, number, number] {
  let best: [number, number, number] = [1, 1, npus];
  for (let a = 1; a * a * a <= npus; a++) {
    if (npus % a !== 0) continue;
    const rest = npus / a;
    let b = Math.floor(Math.sqrt(rest));
    while (rest % b !== 0) b--;
    if (b >= a && rest / b <= best[2]) best = [a, b, rest / b];
  }
  return best;
}
