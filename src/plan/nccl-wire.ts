import type { NcclWire } from '../collectives/nccl/channel-writer.js';
import type { NcclChoice } from '../costs/nccl/choose.js';
import { BASE_US, intraHopUs, NET_US } from '../costs/nccl/constants.js';
import { NCCL_WIRE_BYTES, type NcclMachine } from '../costs/nccl/machine.js';
import { subgridOf } from '../topology/subgrid.js';
import { type Machine, networkOf } from './machine.js';
import type { NcclNodes } from './nccl-nodes.js';
import type { CollectiveWish } from './wish.js';

/** What NCCL's prediction of PAT counts for each share that a rank handles, and how much less than a hop a round costs. */
const PAT_SHARE_US = 2.8;
const PAT_HOPS_PER_LATENCY = 3.5;

/** How messages of an algorithm and protocol travel on a machine. */
export function ncclWire(
  { algorithm, protocol }: NcclChoice,
  seen: NcclMachine,
  wish: CollectiveWish,
  machine: Machine,
  { members }: NcclNodes,
): NcclWire {
  const network = networkOf(machine);
  const npus = wish.members ?? machine.rankOrder;
  const npuOf = (rank: number) => npus?.[rank] ?? rank;
  const ranks = members.reduce((sum, { length }) => sum + length, 0);
  const nodeOf = new Int32Array(ranks);
  for (const [node, list] of members.entries()) for (const rank of list) nodeOf[rank] = node;
  const inside = intraHopUs(seen)[algorithm][protocol] * 1000;
  const hop = NET_US[seen.gpusPerNode === 1 ? 'tree' : algorithm][protocol];
  const whole = (hop + seen.netLatencyUs * (protocol === 'Simple' ? 2 : 1)) * 1000;
  const between = algorithm === 'pat' ? whole / PAT_HOPS_PER_LATENCY : whole;
  const latencyNs = (from: number, to: number) => {
    let sum = 0;
    const end = npuOf(to);
    for (let link = network.next(npuOf(from), end); link >= 0; link = network.next(network.end(link), end)) {
      sum += network.latency(link);
    }
    return sum;
  };
  return {
    ranks,
    baseNs: BASE_US[algorithm][protocol] * 1000,
    perByte: NCCL_WIRE_BYTES[protocol],
    ...(algorithm === 'pat' ? { perBlockNs: PAT_SHARE_US * 1000 } : {}),
    hopNs: (from, to) => Math.max(0, (nodeOf[from] === nodeOf[to] ? inside : between) - latencyNs(from, to)),
    relays: relaysOf(machine, npus),
    ...(machine.network === 'congestion-unaware'
      ? {
          port: (from: number, to: number) => {
            const link = network.next(npuOf(from), npuOf(to));
            return { link, bandwidth: network.bandwidth(link) };
          },
        }
      : {}),
  };
}

/** The ranks at which a message turns, where all of these are ranks: of a grid, and of a group that is one. */
function relaysOf(machine: Machine, npus: readonly number[] | undefined): NcclWire['relays'] {
  const { graph, dimensions } = machine;
  if (graph !== undefined) return () => [];
  if (npus === undefined) return (from, to) => turnings(machine, from, to);
  if (!subgridOf(npus, dimensions).isWhole) return () => [];
  const rankOf = new Map(npus.map((npu, rank) => [npu, rank]));
  const between = (from: number, to: number) => turnings(machine, npus[from] as number, npus[to] as number);
  return (from, to) => between(from, to).map((npu) => rankOf.get(npu) as number);
}

/** The NPUs at which a message turns from one dimension to the next, the first dimension coming first. */
function turnings({ dimensions }: Machine, from: number, to: number): number[] {
  const way: number[] = [];
  let at = from;
  let stride = 1;
  for (const { npus } of dimensions) {
    const step = (Math.floor(to / stride) % npus) - (Math.floor(at / stride) % npus);
    if (step !== 0) {
      at += step * stride;
      if (at !== to) way.push(at);
    }
    stride *= npus;
  }
  return way;
}
