import { InvariantError } from '../../base/errors.js';
import { report, type Watch } from '../../bounds/progress.js';
import { type Channel, Supplies } from './supplies.js';
import { TightSets } from './tight-sets.js';

/** A spanning tree of channels, given by their numbers in the order in which the tree grew. */
export interface ChannelTree {
  readonly root: number;
  readonly weight: number;
  readonly channels: readonly number[];
}

/** A tree that does not span yet, and where its search for channels stands. */
interface Growing {
  readonly root: number;
  weight: number;
  /** NPUs in the order in which they were reached, with their distance from the root; channels used. */
  readonly reached: number[];
  readonly depths: number[];
  readonly channels: number[];
  /** Position in `reached` of the NPU whose channels are being tried, and how many of them were. */
  at: number;
  tried: number;
}

export interface PackingOptions extends Watch {
  /**
   * `tree`: one tree after the other; fast, but the last ones become deep. `level`: all trees grow by one level at a time,
   * which makes them nearly as shallow as they can be where links are direct, and takes 5 to 10 times as long (64
   * NPUs: seconds; 144: a minute). Default `tree`.
   */
  readonly grow?: 'tree' | 'level';
}

/**
 * Packs spanning out-trees whose weights sum to `demands[root]` per root into channels. That is possible if every
 * NPU can receive the demands of all others (Edmonds 1973); trees grow breadth first, in any order, an edge with as
 * much weight as leaves the others what they need (Berczi and Frank 2010; ForestColl, arXiv 2402.06787, section 5.4).
 *
 * A tree that can take an edge with a part of its weight only splits. A channel that cannot be taken never can by this
 * tree: whatever forbids it only gets tighter.
 */
export function packTrees(
  channels: readonly Channel[],
  demands: readonly number[],
  options: PackingOptions = {},
): ChannelTree[] {
  const npus = demands.length;
  const total = demands.reduce((a, b) => a + b, 0);
  const outgoing: number[][] = demands.map(() => []);
  channels.forEach(({ from }, channel) => {
    outgoing[from]?.push(channel);
  });
  for (const list of outgoing) list.sort((a, b) => (channels[a] as Channel).to - (channels[b] as Channel).to);

  const supplies = new Supplies(channels, demands);
  const left = channels.map(({ capacity }) => capacity);
  const finished: ChannelTree[] = [];
  const tightSets = new TightSets(npus);
  // Trees that split go on before others, so that few wait which have grown.
  const waiting: Growing[] = [];
  demands.forEach((weight, root) => {
    if (weight > 0) waiting.push({ root, weight, reached: [root], depths: [0], channels: [], at: 0, tried: 0 });
  });
  let [first, done] = [0, 0];
  if (options.grow !== 'level') waiting.reverse();
  while (first < waiting.length) {
    report(options, done, total);
    const tree = (options.grow === 'level' ? waiting[first++] : waiting.pop()) as Growing;
    supplies.take(tree);
    grow(tree, options.grow === 'level' ? 1 : npus);
    if (tree.reached.length < npus) {
      supplies.give(tree);
      waiting.push(tree);
    } else {
      finished.push({ root: tree.root, weight: tree.weight, channels: tree.channels });
      done += tree.weight;
    }
  }
  return finished;

  /** Lets a tree take channels until it spans or has grown by some levels. */
  function grow(tree: Growing, levels: number): void {
    const { root, reached, depths, channels: used } = tree;
    const isReached = new Uint8Array(npus);
    tightSets.start();
    for (const npu of reached) {
      isReached[npu] = 1;
      tightSets.touch(npu);
    }
    const end = (depths[tree.at] as number) + levels;
    while (reached.length < npus && (depths[tree.at] as number) < end) {
      const from = reached[tree.at] as number;
      const channel = outgoing[from]?.[tree.tried];
      if (channel === undefined) {
        tree.at++;
        tree.tried = 0;
        if (tree.at === reached.length) throw new InvariantError(`a tree of NPU ${root} ends at ${tree.at} NPUs`);
        continue;
      }
      tree.tried++;
      const { to } = channels[channel] as Channel;
      if (isReached[to] === 1 || tightSets.forbids(from, to)) continue;
      const most = Math.min(tree.weight, left[channel] as number);
      const units = reached.length === 1 || most === 0 ? most : room(from, to, most, isReached);
      if (units === 0) continue;
      if (units < tree.weight) {
        const rest = {
          ...tree,
          weight: tree.weight - units,
          reached: [...reached],
          depths: [...depths],
          channels: [...used],
        };
        supplies.give(rest);
        waiting.push(rest);
        tree.weight = units;
      }
      left[channel] = (left[channel] as number) - units;
      supplies.narrow(channel, units);
      isReached[to] = 1;
      tightSets.touch(to);
      reached.push(to);
      depths.push((depths[tree.at] as number) + 1);
      used.push(channel);
    }
  }

  /** How many of `most` units a channel can give to the tree being grown and leave enough for the others. */
  function room(from: number, to: number, most: number, isReached: Uint8Array): number {
    const units = supplies.room(from, to, most);
    if (units < most) tightSets.add((npu) => supplies.isCutOff(npu), isReached);
    return units;
  }
}
