import { FlowNetwork } from '../../bounds/max-flow.js';
import { report, type Watch } from '../../bounds/progress.js';
import { InvariantError } from '../../errors.js';

/** Units that can go from an NPU straight to another. */
export interface Channel {
  readonly from: number;
  readonly to: number;
  readonly capacity: number;
}

/** A spanning tree of channels, given by their numbers in the order in which the tree grew. */
export interface ChannelTree {
  readonly root: number;
  readonly weight: number;
  readonly channels: readonly number[];
}

/** A tree that does not span yet, and where its search for channels stands. */
interface Growing {
  readonly root: number;
  readonly weight: number;
  /** NPUs in the order in which they were reached; channels used. */
  readonly reached: number[];
  readonly channels: number[];
  /** Position in `reached` of the NPU whose channels are being tried, and how many of them were. */
  at: number;
  tried: number;
}

/**
 * Packs spanning out-trees whose weights sum to `demands[root]` per root into channels. That is possible if every
 * NPU can receive the demands of all others (Edmonds 1973); trees grow one by one, breadth first, an edge with as
 * much weight as leaves the others what they need (Berczi and Frank 2010; ForestColl, arXiv 2402.06787, section 5.4).
 *
 * A tree that can take an edge with a part of its weight only splits. Its rest waits on a stack, so at any time
 * few trees have grown and do not span. A channel that cannot be taken never can by this tree: whatever
 * forbids it only gets tighter while the tree grows.
 */
export function packTrees(channels: readonly Channel[], demands: readonly number[], watch: Watch = {}): ChannelTree[] {
  const npus = demands.length;
  const total = demands.reduce((a, b) => a + b, 0);
  const outgoing: number[][] = demands.map(() => []);
  channels.forEach(({ from }, channel) => {
    outgoing[from]?.push(channel);
  });
  for (const list of outgoing) list.sort((a, b) => (channels[a] as Channel).to - (channels[b] as Channel).to);

  // The trees not being grown supply their weight to whatever they have reached: single roots by a link
  // from the source, the others by a vertex of their own.
  const network = new FlowNetwork(npus + 1);
  const source = npus;
  const arcs = channels.map(({ from, to, capacity }) => network.addLink(from, to, capacity));
  const sourceArcs = demands.map((demand, npu) => network.addLink(source, npu, demand));
  const left = channels.map(({ capacity }) => capacity);
  const waiting: Growing[] = [];
  const finished: ChannelTree[] = [];
  const tightSets = new TightSets(npus);
  let others = total;

  demands.forEach((demand, root) => {
    report(watch, root, npus);
    if (demand === 0) return;
    network.reset();
    network.setCapacity(sourceArcs[root] as number, 0);
    others -= demand;
    grow({ root, weight: demand, reached: [root], channels: [], at: 0, tried: 0 });
    for (let tree = wake(); tree !== undefined; tree = wake()) grow(tree);
  });
  return finished;

  function grow(start: Growing): void {
    let { weight, at, tried } = start;
    const { root, reached, channels: used } = start;
    const isReached = new Uint8Array(npus);
    tightSets.start();
    for (const npu of reached) {
      isReached[npu] = 1;
      tightSets.touch(npu);
    }
    while (reached.length < npus) {
      const from = reached[at];
      if (from === undefined) throw new InvariantError(`a tree of NPU ${root} ends at ${reached.length} NPUs`);
      const channel = outgoing[from]?.[tried];
      if (channel === undefined) {
        at++;
        tried = 0;
        continue;
      }
      const { to } = channels[channel] as Channel;
      const isOut = isReached[to] === 1 || tightSets.forbids(from, to);
      const most = isOut ? 0 : Math.min(weight, left[channel] as number);
      const units = most === 0 || reached.length === 1 ? most : room(from, to, most, isReached);
      tried++;
      if (units === 0) continue;
      if (units < weight) {
        wait({ root, weight: weight - units, reached: [...reached], channels: [...used], at, tried });
        weight = units;
      }
      left[channel] = (left[channel] as number) - units;
      network.reset();
      network.setCapacity(arcs[channel] as number, left[channel] as number);
      isReached[to] = 1;
      tightSets.touch(to);
      reached.push(to);
      used.push(channel);
    }
    finished.push({ root, weight, channels: used });
  }

  /** How many of `most` units a channel can give to the tree being grown and leave enough for the others. */
  function room(from: number, to: number, most: number, isReached: Uint8Array): number {
    const arc = sourceArcs[from] as number;
    network.reset();
    const supply = network.capacity(arc);
    network.setCapacity(arc, total);
    const flow = network.maxFlow(source, to, others + most);
    if (flow < others + most) tightSets.add((npu) => !network.isOnSourceSide(npu), isReached);
    network.reset();
    network.setCapacity(arc, supply);
    return Math.max(0, flow - others);
  }

  function wait(tree: Growing): void {
    network.reset();
    const vertex = npus + 1 + waiting.length;
    if (vertex === network.vertices) network.addVertex();
    network.addLink(source, vertex, tree.weight);
    for (const npu of tree.reached) network.addLink(vertex, npu, tree.weight);
    others += tree.weight;
    waiting.push(tree);
  }

  function wake(): Growing | undefined {
    const tree = waiting.pop();
    if (tree === undefined) return undefined;
    network.reset();
    for (let link = 0; link <= tree.reached.length; link++) network.removeLastLink();
    others -= tree.weight;
    return tree;
  }
}

/**
 * Sets of NPUs with no more capacity into them than the trees outside need to get in. They stay like that for
 * good: a tree that has been in one can never enter it by another channel, and no flow has to be
 * computed to know it.
 */
class TightSets {
  private readonly sets: Uint8Array[] = [];
  /** Per set whether the tree being grown has been in it. */
  private readonly isTouched: boolean[] = [];

  constructor(private readonly npus: number) {}

  /** A set found with the tree being grown. */
  add(isInside: (npu: number) => boolean, isReached: Uint8Array): void {
    const set = new Uint8Array(this.npus);
    let isTouched = false;
    for (let npu = 0; npu < this.npus; npu++) {
      if (!isInside(npu)) continue;
      set[npu] = 1;
      if (isReached[npu] === 1) isTouched = true;
    }
    this.sets.push(set);
    this.isTouched.push(isTouched);
  }

  /** Another tree is being grown. */
  start(): void {
    this.isTouched.fill(false);
  }

  /** It has reached an NPU. */
  touch(npu: number): void {
    for (let i = 0; i < this.sets.length; i++) {
      if (this.sets[i]?.[npu] === 1) this.isTouched[i] = true;
    }
  }

  forbids(from: number, to: number): boolean {
    const { sets, isTouched } = this;
    for (let i = sets.length - 1; i >= 0; i--) {
      const set = sets[i] as Uint8Array;
      if (isTouched[i] === true && set[to] === 1 && set[from] === 0) return true;
    }
    return false;
  }
}
