import { stepsOf } from './bandwidth.js';
import { BASE_US, intraHopUs, NET_US, netOverheadUs } from './constants.js';
import type { NcclMachine } from './machine.js';
import { isShared, type NcclAlgorithm, type NcclCollective, type NcclProtocol } from './names.js';

/** The time NCCL expects for a call of zero bytes, us, before the correction by size. */
export function latencyUs(
  machine: NcclMachine,
  collective: NcclCollective,
  algorithm: NcclAlgorithm,
  protocol: NcclProtocol,
): number {
  const { nodes, gpusPerNode, netLatencyUs } = machine;
  const base = BASE_US[algorithm][protocol];
  const intra = intraHopUs(machine)[algorithm][protocol];
  // With one GPU per node only the network is left, and all algorithms count it alike.
  const hop = NET_US[gpusPerNode === 1 ? 'tree' : algorithm][protocol];
  const inter = hop + netLatencyUs * (protocol === 'Simple' ? 2 : 1);
  const levels = Math.floor(Math.log2(nodes));
  const others = gpusPerNode - 1;
  switch (algorithm) {
    case 'ring':
      return base + ringUs(machine, collective, protocol, intra, inter);
    case 'tree':
      return base + 2 * (others * intra + levels * inter);
    // CollNet's graph declares no latency of its own.
    case 'collnet-direct':
      return base + 2 * (Math.min(1, others) * intra + others * 0.4) + hop;
    case 'collnet-chain':
      return base + 2 * others * intra + hop;
    case 'nvls':
      return base + intra + (nodes > 1 ? inter : 0);
    case 'nvls-tree':
      return base + intra + 2 * levels * inter;
    case 'pat':
      return base + (levels * inter) / 3.5 + 2.8 * nodes * gpusPerNode;
  }
}

function ringUs(
  machine: NcclMachine,
  collective: NcclCollective,
  protocol: NcclProtocol,
  intra: number,
  inter: number,
): number {
  const { nodes, gpusPerNode } = machine;
  // A chain is pipelined: NCCL counts only its first hop.
  if (collective !== 'all-reduce' && !isShared(collective)) return nodes === 1 ? intra : NET_US.ring[protocol];
  const steps = stepsOf(collective, nodes * gpusPerNode);
  if (nodes === 1) return steps * intra;
  const between = collective === 'all-reduce' ? 2 * (nodes - 1) : nodes - 1;
  return (steps - between) * Math.max(intra, netOverheadUs(machine, protocol)) + between * inter;
}
