import type { NcclMachine } from './machine.js';
import type { NcclAlgorithm, NcclProtocol } from './names.js';

// The figures of NCCL 2.30.7, which its authors fitted to their machines for selection.

type ByProtocol = Readonly<Record<NcclProtocol, number>>;
type ByAlgorithm = Readonly<Record<NcclAlgorithm, ByProtocol>>;

const by = (LL: number, LL128: number, Simple: number): ByProtocol => ({ LL, LL128, Simple });

/** Once per collective, us. */
export const BASE_US: ByAlgorithm = {
  tree: by(6.8, 14, 8.4),
  ring: by(6.6, 14, 8.4),
  'collnet-direct': by(0, 0, 0),
  'collnet-chain': by(0, 0, 0),
  nvls: by(0, 0, 0),
  'nvls-tree': by(0, 0, 0),
  pat: by(8, 8, 8),
};

const NVLINK_US: ByAlgorithm = {
  tree: by(0.6, 1.25, 4),
  ring: by(0.6, 1.9, 3.4),
  'collnet-direct': by(0, 0, 3.7),
  'collnet-chain': by(0, 0, 2.8),
  nvls: by(0, 0, 25),
  'nvls-tree': by(0, 0, 25),
  pat: by(0, 0, 4),
};

const PCI_US: ByAlgorithm = {
  tree: by(1, 1.9, 4),
  ring: by(1, 2.5, 5.7),
  'collnet-direct': by(0, 0, 3.7),
  'collnet-chain': by(0, 0, 2.8),
  nvls: by(0, 0, 0),
  'nvls-tree': by(0, 0, 0),
  pat: by(0, 0, 4),
};

const POWER_PCI_US: ByAlgorithm = { ...PCI_US, tree: by(1, 1.9, 5.7) };

/** Per hop between nodes, us. */
export const NET_US: ByAlgorithm = {
  tree: by(5, 8.5, 14),
  ring: by(2.7, 4, 14),
  'collnet-direct': by(0, 0, 31),
  'collnet-chain': by(0, 0, 30),
  nvls: by(0, 0, 18),
  'nvls-tree': by(0, 0, 20.9),
  pat: by(0, 0, 14),
};

/** Per hop inside a node, us. */
export function intraHopUs({ intraPath, cpuArch }: NcclMachine): ByAlgorithm {
  if (intraPath === 'NVL') return NVLINK_US;
  return cpuArch === 'power' ? POWER_PCI_US : PCI_US;
}

/** Least cost of a step between nodes in a ring: posting a network transfer, us. */
export function netOverheadUs({ cpuVendor, cpuArch }: NcclMachine, protocol: NcclProtocol): number {
  const overhead = cpuArch === 'x86' && cpuVendor === 'amd' ? 2 : 1;
  return protocol === 'Simple' ? 3 * overhead : overhead;
}

/** Caps for one node, for two, and for three or more; GB/s per channel. */
type ByNodes = readonly [number, number, number];

export interface GpuCaps {
  readonly tree: ByNodes;
  readonly ringLl128: ByNodes;
  readonly treeLl128: ByNodes;
  readonly nvlsTree: ByNodes;
  readonly nvlsEfficiency: number;
  /** For LL on one node, all channels together. */
  readonly llGBps: number;
}

const VOLTA: GpuCaps = {
  tree: [26.5, 18.5, 10],
  ringLl128: [20, 20, 20],
  treeLl128: [20, 20, 20],
  nvlsTree: [26.5, 18.5, 10],
  nvlsEfficiency: 0,
  llGBps: 39,
};
const AMPERE: GpuCaps = {
  tree: [24, 23.6, 17.8],
  ringLl128: [20, 20, 20],
  treeLl128: [20, 20, 20],
  nvlsTree: [24, 23.6, 17.8],
  nvlsEfficiency: 0,
  llGBps: 87.7,
};
const HOPPER: GpuCaps = {
  tree: [38.7, 41.4, 36],
  ringLl128: [36.7, 36.7, 36.7],
  treeLl128: [36.7, 36.7, 29],
  nvlsTree: [0, 57.7, 45.5],
  nvlsEfficiency: 0.85,
  llGBps: 141,
};
const BLACKWELL: GpuCaps = {
  tree: [70, 42.8, 24],
  ringLl128: [40, 40, 40],
  treeLl128: [55.6, 31.67, 20],
  nvlsTree: [0, 96, 80],
  nvlsEfficiency: 0.74,
  llGBps: 282,
};

export function capsOf(computeCapability: number): GpuCaps {
  if (computeCapability >= 100) return BLACKWELL;
  if (computeCapability >= 90) return HOPPER;
  return computeCapability >= 80 ? AMPERE : VOLTA;
}

/** Which of the three caps applies. */
export function nodesColumn(nodes: number): 0 | 1 | 2 {
  return nodes <= 1 ? 0 : nodes === 2 ? 1 : 2;
}

/** Most that LL moves, all channels together, GB/s: between nodes it depends on the CPU. */
export function llCapGBps({ nodes, cpuVendor, computeCapability }: NcclMachine): number {
  if (nodes === 1) return capsOf(computeCapability).llGBps;
  const throughAmd = cpuVendor === 'amd' || cpuVendor === 'mixed';
  if (nodes === 2) return throughAmd ? 22.5 : 39;
  return throughAmd ? 19 : 20.4;
}

/** Bytes of the first size class of the corrections below; each later class doubles it. */
export const FIRST_CLASS_BYTES = 64;

/** The share of its bandwidth that a tree reaches in each size class. Only NVLS-tree uses the last one. */
export const TREE_CORRECTION: Readonly<Record<NcclProtocol, readonly number[]>> = {
  LL: [1, 1, 1, 1, 0.9, 0.8, 0.7, 0.7, 0.7, 0.7, 0.6, 0.5, 0.4, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1, 1, 1, 1],
  LL128: [1, 1, 1, 1, 1, 0.9, 0.8, 0.8, 0.8, 0.7, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.8, 0.9, 0.9, 0.9, 0.9, 1, 1, 1],
  Simple: [
    0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.8, 0.7, 0.6, 0.6, 0.5, 0.5, 0.5, 0.5, 0.6, 0.7, 0.8, 0.7, 0.7, 0.8, 0.9, 0.9,
    0.9,
  ],
};
