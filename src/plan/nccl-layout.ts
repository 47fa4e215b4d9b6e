import { ncclDoubleTree } from '../costs/nccl/double-tree.js';

/**
 * The ring of each channel: it enters a node at one GPU and its adapter, visits all others, and leaves by
 * the same adapter, which differs between channels.
 */
export function ncclRings(members: readonly (readonly number[])[], channels: number): number[][] {
  return Array.from({ length: channels }, (_, channel) =>
    members.flatMap((list) => list.map((_, i) => list[mod(channel - i, list.length)] as number)),
  );
}

/**
 * The tree of each channel: over the nodes one of two binary trees, the first for the first half of the
 * channels; inside a node a chain, which on several nodes starts at a different GPU for each channel.
 */
export function ncclTrees(members: readonly (readonly number[])[], channels: number): Int32Array[] {
  const ranks = members.reduce((sum, { length }) => sum + length, 0);
  const nodes = members.length;
  const places = members.map((_, node) => ncclDoubleTree(nodes, node));
  return Array.from({ length: channels }, (_, channel) => {
    const parents = new Int32Array(ranks).fill(-1);
    // On one node, whose GPUs are alike, all channels have the same chain, as public logs of switches show.
    const turn = nodes === 1 ? 0 : channel;
    const which = channel < Math.ceil(channels / 2) ? 0 : 1;
    for (const [node, list] of members.entries()) {
      const head = (of: readonly number[]) => of[turn % of.length] as number;
      const above = places[node]?.[which].parent ?? -1;
      if (above >= 0) parents[head(list)] = head(members[above] as readonly number[]);
      for (let i = 1; i < list.length; i++) {
        const rank = list[(turn + i) % list.length] as number;
        parents[rank] = list[(turn + i - 1) % list.length] as number;
      }
    }
    return parents;
  });
}

function mod(value: number, length: number): number {
  return ((value % length) + length) % length;
}
