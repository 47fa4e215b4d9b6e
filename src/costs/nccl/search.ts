import type { NcclGraph, NcclMachine, NcclPath } from './machine.js';
import { ncclChannels } from './presets.js';

/** What a machine offers to NCCL's topology search. */
export interface NcclHardware {
  readonly nodes: number;
  readonly gpusPerNode: number;
  /** Default 90. */
  readonly computeCapability?: number;
  /** What a GPU can send to others in its node, GB/s. */
  readonly insideGBps: number;
  /** What it can send to other nodes, GB/s. */
  readonly betweenGBps: number;
}

// Speeds per channel that the search tries, GB/s, from fast to slow.
const ONE_NODE = {
  old: [40, 30, 20, 18, 15, 12, 10, 9, 7, 6, 5, 4, 3],
  hopper: [60, 50, 40, 30, 24, 20, 15, 12, 11, 6, 3],
  blackwell: [90, 80, 70, 60, 50, 45, 40, 30, 24, 20, 19, 18],
} as const;
const SEVERAL_NODES = {
  old: [48, 30, 28, 24, 20, 18, 15, 12, 10, 9, 7, 6, 5, 4, 3, 2.4, 1.2, 0.24, 0.12],
  hopper: [48, 45, 42, 40, 30, 24, 22, 20, 17.5, 15, 12, 6, 3, 2.4, 1.2, 0.24, 0.12],
  blackwell: [96, 86, 80, 48, 45.1, 42, 40, 30, 24, 22, 20, 17.5, 15, 12, 6, 3, 2.4, 1.2, 0.24, 0.12],
} as const;

/** Most channels that a search finds. */
const MOST_FOUND = 32;
/** The search cuts channels this fast in two. */
const FAST_GBPS = 25;

/**
 * The machine as NCCL would see it if its network were NVLink through switches inside a node and one
 * adapter per GPU between nodes. Graph values follow the rules of NCCL's search, without multicast.
 */
export function ncclMachineFor(hardware: NcclHardware): NcclMachine {
  const { nodes, gpusPerNode, computeCapability = 90, insideGBps, betweenGBps } = hardware;
  const generation = computeCapability >= 100 ? 'blackwell' : computeCapability >= 90 ? 'hopper' : 'old';
  const [ring, tree] =
    nodes === 1
      ? oneNode(insideGBps, ONE_NODE[generation], computeCapability)
      : severalNodes(gpusPerNode, betweenGBps, SEVERAL_NODES[generation]);
  const interPath: NcclPath = nodes === 1 || computeCapability >= 90 ? 'PIX' : 'PXB';
  return {
    ...{ nodes, gpusPerNode, computeCapability, cpuVendor: 'intel', cpuArch: 'x86', ring, tree },
    ...{ treePattern: 'balanced', intraPath: 'NVL', interPath, netLatencyUs: 0 },
    ...{ channels: ncclChannels({ nodes, computeCapability, ring }), nvlsChannels: 0 },
  };
}

/** The most bandwidth in total; among equals the fewest channels. */
function oneNode(total: number, speeds: readonly number[], computeCapability: number): [NcclGraph, NcclGraph] {
  let found = { channels: 1, speed: Math.min(total, speeds.at(-1) ?? total) };
  for (const speed of speeds) {
    const channels = Math.floor(total / speed);
    if (channels > MOST_FOUND || channels * speed <= found.channels * found.speed) continue;
    found = { channels, speed };
  }
  const { speed } = found;
  const stays = computeCapability > 80 && speed < 50 && found.channels > 4;
  const doubled = speed >= FAST_GBPS && !stays;
  const channels = doubled ? Math.min(MOST_FOUND, 2 * found.channels) : found.channels;
  const ring = doubled ? speed / 2 : speed;
  const tree = speeds.find((one) => one * channels <= total) ?? ring;
  return [graph(channels, ring), graph(channels, tree)];
}

/** One channel per adapter, at the adapter's bandwidth. */
function severalNodes(gpusPerNode: number, adapter: number, speeds: readonly number[]): [NcclGraph, NcclGraph] {
  const speed = speeds.find((one) => one <= adapter) ?? adapter;
  const found = graph(Math.min(MOST_FOUND, gpusPerNode), speed);
  return [found, found];
}

function graph(channels: number, speed: number): NcclGraph {
  return { channels, intraGBps: speed, interGBps: speed };
}
