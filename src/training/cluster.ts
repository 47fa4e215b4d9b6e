import { CLUSTER_WIRES, type ClusterName, type ClusterWires, type NamedCluster } from '../topology/cluster.js';
import type { Dimension } from '../topology/dimension.js';

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
export interface ClusterPreset extends ClusterWires {
  readonly accelerator: Accelerator;
}

/**
 * The accelerators of the clusters that have a name, from the data sheets of NVIDIA's A100 (80 GB
 * SXM), H100 (SXM5) and GB200 NVL72 (divided by 72) and of AMD's Instinct MI300X; TPU v4: Jouppi
 * et al. (arXiv 2304.01433). Decimal units.
 */
export const CLUSTER_PRESETS = {
  'dgx-a100': {
    accelerator: {
      name: 'A100 80 GB',
      peak: { fp32: 19.5e12, tf32: 156e12, bf16: 312e12 },
      memoryBytes: 80e9,
      memoryBandwidth: 2039,
    },
    ...CLUSTER_WIRES['dgx-a100'],
  },
  'dgx-h100': {
    accelerator: {
      name: 'H100',
      peak: { fp32: 67e12, tf32: 494.7e12, bf16: 989.4e12, fp8: 1978.9e12 },
      memoryBytes: 80e9,
      memoryBandwidth: 3350,
    },
    ...CLUSTER_WIRES['dgx-h100'],
  },
  'gb200-nvl72': {
    accelerator: {
      name: 'GB200',
      peak: { fp32: 80e12, tf32: 1250e12, bf16: 2500e12, fp8: 5000e12 },
      memoryBytes: 186e9,
      memoryBandwidth: 8000,
    },
    ...CLUSTER_WIRES['gb200-nvl72'],
  },
  mi300x: {
    accelerator: {
      name: 'MI300X',
      peak: { fp32: 163.4e12, tf32: 653.7e12, bf16: 1307.4e12, fp8: 2614.9e12 },
      memoryBytes: 192e9,
      memoryBandwidth: 5300,
    },
    ...CLUSTER_WIRES.mi300x,
  },
  'tpu-v4': {
    accelerator: { name: 'TPU v4', peak: { bf16: 275e12 }, memoryBytes: 32e9, memoryBandwidth: 1200 },
    ...CLUSTER_WIRES['tpu-v4'],
  },
} as const satisfies Readonly<Record<ClusterName, ClusterPreset>>;

/** A cluster of a certain size. */
export interface Cluster {
  readonly accelerator: Accelerator;
  readonly npus: number;
  readonly dimensions: readonly Dimension[];
}

/** A cluster that has a name, with its accelerators. */
export function withAccelerator({ name, npus, dimensions }: NamedCluster): Cluster {
  return { accelerator: CLUSTER_PRESETS[name].accelerator, npus, dimensions };
}
