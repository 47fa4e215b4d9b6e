import { ConfigError, show } from '../base/errors.js';
import { didYouMean } from '../base/validate.js';
import type { DimensionSpec } from '../spec/spec.js';
import type { DimensionKind } from '../topology/kinds.js';

/** Number formats that accelerators multiply. */
export type NumberFormat = 'fp32' | 'tf32' | 'bf16' | 'fp8';

/** One accelerator. Peaks are those of dense matrices, in operations per second. */
export interface Accelerator {
  readonly name: string;
  readonly peak: Readonly<Partial<Record<NumberFormat, number>>>;
  /** Bytes. */
  readonly memoryBytes: number;
  /** Bytes per ns. */
  readonly memoryBandwidth: number;
}

/** A kind of cluster: accelerators, and how boxes of them are joined. */
export interface ClusterPreset {
  readonly accelerator: Accelerator;
  /** Accelerators of a box, and what joins them. */
  readonly box: { readonly npus: number; readonly wiring: Wiring };
  /** What joins the boxes; per accelerator. */
  readonly boxes: Wiring;
  /** A torus of three dimensions instead of boxes: all dimensions are wired as the boxes are. */
  readonly torus?: true;
}

interface Wiring {
  readonly kind: DimensionKind;
  /** Bytes per ns that an accelerator sends: through its links to a switch together, else through one link. */
  readonly bandwidth: number;
  /** Of one hop, ns. */
  readonly latency: number;
}

const NVSWITCH_NS = 500;
const NETWORK_NS = 1000;

const nic = (gbitPerSecond: number): Wiring => ({
  kind: 'switch',
  bandwidth: gbitPerSecond / 8,
  latency: NETWORK_NS,
});

const nvlink = (bandwidth: number): Wiring => ({ kind: 'switch', bandwidth, latency: NVSWITCH_NS });

/**
 * Clusters with their published figures, decimal units, bandwidths in one direction.
 *
 * - `dgx-a100`: NVIDIA A100 (80 GB SXM) and DGX A100 data sheets. 12 NVLinks of 25 GB/s, eight
 *   200 Gbit/s adapters for eight GPUs.
 * - `dgx-h100`: NVIDIA H100 (SXM5) and DGX H100 data sheets. 18 NVLinks of 25 GB/s, eight
 *   400 Gbit/s adapters.
 * - `gb200-nvl72`: NVIDIA GB200 NVL72 data sheet, divided by 72. 18 NVLinks of 50 GB/s to the
 *   switches of a rack; one 400 Gbit/s adapter per GPU.
 * - `mi300x`: AMD Instinct MI300X and its eight-GPU platform's data sheets. A link of 64 GB/s to
 *   each other GPU; one 400 Gbit/s adapter per GPU.
 * - `tpu-v4`: Jouppi et al., "TPU v4" (arXiv 2304.01433). Six links of 50 GB/s per chip.
 *
 * Latencies of a hop are not published: 500 ns in a box, 1 us in the network, two hops each way
 * through a switch, are of the size that is measured for small messages.
 */
export const CLUSTER_PRESETS = {
  'dgx-a100': {
    accelerator: {
      name: 'A100 80 GB',
      peak: { fp32: 19.5e12, tf32: 156e12, bf16: 312e12 },
      memoryBytes: 80e9,
      memoryBandwidth: 2039,
    },
    box: { npus: 8, wiring: nvlink(300) },
    boxes: nic(200),
  },
  'dgx-h100': {
    accelerator: {
      name: 'H100',
      peak: { fp32: 67e12, tf32: 494.7e12, bf16: 989.4e12, fp8: 1978.9e12 },
      memoryBytes: 80e9,
      memoryBandwidth: 3350,
    },
    box: { npus: 8, wiring: nvlink(450) },
    boxes: nic(400),
  },
  'gb200-nvl72': {
    accelerator: {
      name: 'GB200',
      peak: { fp32: 80e12, tf32: 1250e12, bf16: 2500e12, fp8: 5000e12 },
      memoryBytes: 186e9,
      memoryBandwidth: 8000,
    },
    box: { npus: 72, wiring: nvlink(900) },
    boxes: nic(400),
  },
  mi300x: {
    accelerator: {
      name: 'MI300X',
      peak: { fp32: 163.4e12, tf32: 653.7e12, bf16: 1307.4e12, fp8: 2614.9e12 },
      memoryBytes: 192e9,
      memoryBandwidth: 5300,
    },
    box: { npus: 8, wiring: { kind: 'fully-connected', bandwidth: 64, latency: NVSWITCH_NS } },
    boxes: nic(400),
  },
  'tpu-v4': {
    accelerator: { name: 'TPU v4', peak: { bf16: 275e12 }, memoryBytes: 32e9, memoryBandwidth: 1200 },
    box: { npus: 1, wiring: nvlink(1) },
    boxes: { kind: 'ring', bandwidth: 50, latency: NVSWITCH_NS },
    torus: true,
  },
} as const satisfies Readonly<Record<string, ClusterPreset>>;

export type ClusterName = keyof typeof CLUSTER_PRESETS;

/** A cluster of a certain size. */
export interface Cluster {
  readonly accelerator: Accelerator;
  readonly npus: number;
  readonly topology: readonly DimensionSpec[];
}

const SHORTHAND = /^\s*([a-z][a-z0-9-]*)\s*[x×]\s*(\d+)\s*$/;

/** Whether a topology's text names a cluster, such as `"dgx-h100 x 32"`. */
export function isClusterShorthand(text: string): boolean {
  return SHORTHAND.test(text);
}

/**
 * A cluster from its name and its number of accelerators: `"dgx-h100 x 32"` has 32 GPUs in four boxes.
 * @throws ConfigError as {@link clusterOf}, and when it cannot be read.
 */
export function readCluster(text: string): Cluster {
  const [, name, npus] = SHORTHAND.exec(text) ?? [];
  if (name !== undefined) return clusterOf(name, Number(npus));
  const expected = 'a cluster and its number of accelerators, such as "dgx-h100 x 32"';
  throw new ConfigError([{ path: 'cluster', expected, got: show(text) }]);
}

/**
 * `npus` accelerators of a preset.
 * @throws ConfigError for an unknown name, and for a number that is neither within a box nor whole boxes.
 */
export function clusterOf(name: string, npus: number): Cluster {
  const isName = typeof name === 'string' && Object.hasOwn(CLUSTER_PRESETS, name);
  const preset: ClusterPreset | undefined = isName ? CLUSTER_PRESETS[name as ClusterName] : undefined;
  if (preset === undefined) {
    const names = Object.keys(CLUSTER_PRESETS);
    const expected = `one of ${names.join(', ')}`;
    throw new ConfigError([{ path: 'cluster', expected, got: show(name), ...didYouMean(name, names) }]);
  }
  if (!Number.isSafeInteger(npus) || npus < 1 || npus > 2 ** 31 - 1) {
    throw new ConfigError([{ path: 'npus', expected: 'a whole number from 1 to 2147483647', got: show(npus) }]);
  }
  return { accelerator: preset.accelerator, npus, topology: wire(name, preset, npus) };
}

/** The network of {@link clusterOf}. */
export function clusterTopology(name: string, npus: number): readonly DimensionSpec[] {
  return clusterOf(name, npus).topology;
}

function wire(name: string, { box, boxes, torus }: ClusterPreset, npus: number): DimensionSpec[] {
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

/** Three factors, ascending, the largest of which is least; then the sum of which is least. */
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
