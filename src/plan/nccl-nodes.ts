import { ConfigError } from '../base/errors.js';
import { strides } from '../topology/address.js';
import { type Dimension, lineOf } from '../topology/dimension.js';
import type { Network } from '../topology/network.js';
import { subgridOf } from '../topology/subgrid.js';
import type { Machine } from './machine.js';
import type { CollectiveWish } from './wish.js';

/** Ranks by node, equally many in each. */
export interface NcclNodes {
  /** Ranks of every node, in order. */
  readonly members: readonly (readonly number[])[];
  /** Bandwidth of a GPU inside its node and to others, GB/s. */
  readonly insideGBps: number;
  readonly betweenGBps: number;
}

/** Default number of GPUs in a node of a graph. */
const USUAL_NODE = 8;

/**
 * Which ranks share a node in NCCL's sense: in a grid of several dimensions those along the
 * first one; otherwise eight consecutive ranks, or all.
 * @throws ConfigError if nodes would have different numbers of ranks.
 */
export function ncclNodes({ members, nccl }: CollectiveWish, machine: Machine): NcclNodes {
  const { dimensions, graph, npus, rankOrder } = machine;
  const perNode = nccl?.gpusPerNode ?? usualNode(machine);
  const ranks = members ?? rankOrder ?? Array.from({ length: npus }, (_, npu) => npu);
  const nodes = new Map<number, number[]>();
  for (const [rank, npu] of ranks.entries()) {
    const node = Math.floor(npu / perNode);
    const known = nodes.get(node);
    if (known === undefined) nodes.set(node, [rank]);
    else known.push(rank);
  }
  const lists = [...nodes.values()];
  const size = lists[0]?.length ?? 0;
  if (lists.some(({ length }) => length !== size)) {
    const expected = `a number of GPUs per node that divides the ${ranks.length} ranks into equal nodes`;
    throw new ConfigError([{ path: 'nccl.gpusPerNode', expected, got: String(perNode) }]);
  }
  if (graph !== undefined) {
    const other = lists[1]?.[0];
    const inside = leaving(graph, ranks[0] as number);
    const between = other === undefined ? inside : narrowest(graph, ranks[0] as number, ranks[other] as number);
    return { members: lists, insideGBps: inside, betweenGBps: between };
  }
  const rate = (list: typeof dimensions) => list.reduce((sum, one) => sum + lineOf(one).cut(1) * one.bandwidth, 0);
  if (members !== undefined) {
    // A group sends along the dimensions in which its members differ.
    const stride = strides(dimensions);
    const { spans } = subgridOf(members, dimensions);
    const along = (fits: (d: number) => boolean) => rate(spans.filter(fits).map((d) => dimensions[d] as Dimension));
    const inside = along((d) => (stride[d] as number) < perNode);
    const between = along((d) => (stride[d] as number) >= perNode);
    return { members: lists, insideGBps: inside || between, betweenGBps: between || inside };
  }
  const [first, ...others] = dimensions.filter((one) => one.npus > 1);
  const inside = rate(first === undefined ? [] : [first]);
  return { members: lists, insideGBps: inside, betweenGBps: others.length === 0 ? inside : rate(others) };
}

/** GPUs that share a node where nothing else is said: those along the first dimension; of a graph eight, or all. */
export function usualNode({ dimensions, graph, npus }: Pick<Machine, 'dimensions' | 'graph' | 'npus'>): number {
  const [first, ...others] = dimensions.filter((one) => one.npus > 1);
  if (graph === undefined) return others.length === 0 ? npus : (first?.npus ?? 1);
  return npus > USUAL_NODE && npus % USUAL_NODE === 0 ? USUAL_NODE : npus;
}

/** Total bandwidth of the links that leave a device. */
function leaving(network: Network, device: number): number {
  let sum = 0;
  for (let link = 0; link < network.links; link++) if (network.start(link) === device) sum += network.bandwidth(link);
  return sum;
}

/** Bandwidth of the slowest link on the way. */
function narrowest(network: Network, from: number, to: number): number {
  let least = Infinity;
  for (let link = network.next(from, to); link >= 0; link = network.next(network.end(link), to)) {
    least = Math.min(least, network.bandwidth(link));
  }
  return least;
}
