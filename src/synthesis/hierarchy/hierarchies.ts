import type { DirectedLink, LinkGraph } from '../../topology/link-graph.js';
import { hierarchiesOf } from '../hiccl/search.js';

/** A way to see the NPUs of a network as a grid of levels. */
export interface Hierarchy {
  /** NPUs along each level, the innermost first; at least two levels of at least two. */
  readonly sizes: readonly number[];
  /** The NPU at each place; places count along the innermost level first. */
  readonly npuAt: readonly number[];
  /** Whether its levels are clusters by the bandwidth of links. */
  readonly isByBandwidth: boolean;
}

const MOST_LEVELS = 3;

/** Hierarchies of consecutive ranks, and those that links of different bandwidth suggest. */
export function hierarchies(graph: LinkGraph): Hierarchy[] {
  const { npus } = graph;
  const inOrder = Array.from({ length: npus }, (_, npu) => npu);
  const consecutive = hierarchiesOf(npus, MOST_LEVELS)
    .filter((sizes) => sizes.length > 1)
    .map((sizes): Hierarchy => ({ sizes: sizes.toReversed(), npuAt: inOrder, isByBandwidth: false }));
  const known = new Set<string>();
  return [...clusters(graph), ...consecutive].filter((one) => {
    const key = JSON.stringify([one.sizes, one.npuAt]);
    return !known.has(key) && known.add(key);
  });
}

/** Where links of at least some bandwidth join NPUs to clusters of one size: levels by bandwidth, the widest inside. */
function clusters(graph: LinkGraph): Hierarchy[] {
  const { npus } = graph;
  const widths = [...new Set(graph.links.map(({ bandwidth }) => bandwidth))].sort((a, b) => b - a);
  const partitions = widths.flatMap((width) => {
    const clusterOf = joined(graph, width);
    const members = new Map<number, number>();
    for (const cluster of clusterOf) members.set(cluster, (members.get(cluster) ?? 0) + 1);
    const [size = 1, ...others] = new Set(members.values());
    return others.length > 0 || size === 1 || size === npus ? [] : [{ size, clusterOf }];
  });
  const different = partitions.filter(({ size }, i) => partitions.findIndex((one) => one.size === size) === i);
  const nested = different.length > 1 && different.length < MOST_LEVELS ? [different] : [];
  return [...nested, ...different.map((one) => [one])].map((levels) => {
    const inside = levels.map(({ size }) => size);
    const sizes = [...inside, npus].map((size, l) => size / (inside[l - 1] ?? 1));
    const npuAt = Array.from({ length: npus }, (_, npu) => npu);
    // The outermost clusters part first.
    const parts = levels.toReversed();
    npuAt.sort((a, b) => {
      const part = parts.find(({ clusterOf }) => clusterOf[a] !== clusterOf[b]);
      return part === undefined ? a - b : (part.clusterOf[a] as number) - (part.clusterOf[b] as number);
    });
    return { sizes, npuAt, isByBandwidth: true };
  });
}

/** Per NPU the least NPU that links of at least some bandwidth join it to. */
function joined({ npus, devices, links }: LinkGraph, width: number): number[] {
  const parent = Array.from({ length: devices }, (_, device) => device);
  const find = (device: number): number => {
    let at = device;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] as number] as number;
      at = parent[at] as number;
    }
    return at;
  };
  for (const { from, to, bandwidth } of links as readonly DirectedLink[]) {
    if (bandwidth < width) continue;
    const [a, b] = [find(from), find(to)];
    parent[Math.max(a, b)] = Math.min(a, b);
  }
  return Array.from({ length: npus }, (_, npu) => find(npu));
}
