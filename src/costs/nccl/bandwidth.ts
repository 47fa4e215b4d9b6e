import { capsOf, llCapGBps, nodesColumn } from './constants.js';
import { NCCL_PATHS, type NcclGraph, type NcclMachine, type NcclPath } from './machine.js';
import { isShared, type NcclAlgorithm, type NcclCollective, type NcclProtocol } from './names.js';

/** Share of the bandwidth that LL128 uses for data: 120 of 128 bytes, measured a little lower. */
const LL128_SHARE = 0.92;

/**
 * Bytes of the call per ns that NCCL expects from a combination, before the correction by size;
 * 0 if the combination cannot run.
 */
export function bandwidthGBps(
  machine: NcclMachine,
  collective: NcclCollective,
  algorithm: NcclAlgorithm,
  protocol: NcclProtocol,
): number {
  if (!isAvailable(machine, algorithm, protocol)) return 0;
  const ranks = machine.nodes * machine.gpusPerNode;
  const steps = stepsOf(collective, ranks);
  switch (algorithm) {
    case 'ring':
      return (ringBusGBps(machine, protocol) * ranks) / steps;
    case 'tree':
      return treeBusGBps(machine, protocol) / 2;
    case 'nvls':
    case 'nvls-tree': {
      const bus = nvlsBusGBps(machine, collective, algorithm);
      return isShared(collective) ? bus : (bus * ranks) / steps;
    }
    case 'pat':
      return 0.75 * channelsGBps(machine, machine.tree);
    default:
      return 0;
  }
}

/** Messages that a ring passes in sequence. */
export function stepsOf(collective: NcclCollective, ranks: number): number {
  if (collective === 'all-reduce') return 2 * (ranks - 1);
  return isShared(collective) ? ranks - 1 : ranks;
}

function isAvailable(machine: NcclMachine, algorithm: NcclAlgorithm, protocol: NcclProtocol): boolean {
  const { nodes, gpusPerNode, nvls, computeCapability } = machine;
  switch (algorithm) {
    case 'ring':
    case 'tree':
      return protocol !== 'LL128' || keepsStoreOrder(machine);
    case 'nvls':
    case 'nvls-tree': {
      const multicasts = nvls !== undefined && nvls.channels >= 2 && computeCapability >= 90;
      return protocol === 'Simple' && multicasts && nodes > 1 === (algorithm === 'nvls-tree');
    }
    case 'pat':
      return protocol === 'Simple' && gpusPerNode === 1;
    default:
      return false;
  }
}

/** LL128 needs the 128 bytes of a store to arrive together, which only near paths guarantee. */
function keepsStoreOrder({ computeCapability, intraPath, interPath }: NcclMachine): boolean {
  const farthest: NcclPath = computeCapability >= 90 ? 'PXN' : 'PXB';
  return computeCapability >= 70 && isWithin(intraPath, 'NVB') && isWithin(interPath, farthest);
}

function isWithin(path: NcclPath, limit: NcclPath): boolean {
  return NCCL_PATHS.indexOf(path) <= NCCL_PATHS.indexOf(limit);
}

/** Up to two nodes NCCL uses the bandwidth inside a node, from three on that of the network. */
function channelsGBps({ nodes }: NcclMachine, { channels, intraGBps, interGBps }: NcclGraph): number {
  return channels * (nodes <= 2 ? intraGBps : interGBps);
}

function ringBusGBps(machine: NcclMachine, protocol: NcclProtocol): number {
  const bus = channelsGBps(machine, machine.ring);
  if (protocol === 'LL') return Math.min(llCapGBps(machine), bus / 2);
  if (protocol === 'Simple') return bus;
  const cap = capsOf(machine.computeCapability).ringLl128[nodesColumn(machine.nodes)];
  return Math.min(LL128_SHARE * bus, machine.ring.channels * cap);
}

function treeBusGBps(machine: NcclMachine, protocol: NcclProtocol): number {
  const { nodes, tree, treePattern, computeCapability } = machine;
  const caps = capsOf(computeCapability);
  const column = nodesColumn(nodes);
  let bus = Math.min(LL128_SHARE * channelsGBps(machine, tree), tree.channels * caps.tree[column]);
  if (protocol === 'LL') bus = Math.min(bus / 3.8, llCapGBps(machine));
  if (protocol === 'LL128')
    bus = Math.min(bus * (nodes === 1 ? 7 / 9 : 120 / 128), tree.channels * caps.treeLl128[column]);
  return treePattern === 'tree' ? 0.85 * bus : bus;
}

function nvlsBusGBps(machine: NcclMachine, collective: NcclCollective, algorithm: 'nvls' | 'nvls-tree'): number {
  const { nodes, gpusPerNode, computeCapability, nvls } = machine;
  if (nvls === undefined) return 0;
  const { channels, intraGBps, interGBps } = nvls;
  const caps = capsOf(computeCapability);
  const factor = collective === 'all-reduce' ? 2 : (gpusPerNode - 1) / gpusPerNode;
  const inside = ((intraGBps * caps.nvlsEfficiency * (channels - 1)) / channels) * factor;
  const between = algorithm === 'nvls-tree' && nodes <= 2 ? 2 * interGBps : interGBps;
  const perChannel = Math.min(inside, between);
  if (algorithm === 'nvls') return channels * perChannel;
  return channels * Math.min(perChannel, caps.nvlsTree[nodesColumn(nodes)]);
}
