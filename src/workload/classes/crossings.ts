import type { Network } from '../../topology/network.js';
import type { ShapedGraph } from '../graph-shape.js';
import { peerOf } from '../relative.js';
import type { Circle } from './circles.js';
import { Numbering } from './numbering.js';

/** Hops of all paths together that are looked at: some hundred megabytes. */
const MOST_HOPS = 2 ** 23;

/** A factor that keeps two small numbers apart in one exact number. */
const RANGE = 2 ** 26;

/** The slot of peers; circles of ranks have those above. */
const PEERS = 0;

/** Names of paths, the same on all NPUs that have one. */
export class PathNames {
  private readonly numbers = new Map<number, number>();

  /** To a peer, by its place in the graph. */
  ofPeer(place: number): number {
    return this.of(PEERS, place);
  }

  /** To a rank of a circle, by the circle's slot: some steps ahead, or the partner so far away. */
  ofRank(slot: number, steps: number, pairwise: boolean): number {
    return this.of(slot + 1, 2 * steps + (pairwise ? 1 : 0));
  }

  private of(slot: number, steps: number): number {
    const key = slot * RANGE + steps;
    const number = this.numbers.get(key) ?? this.numbers.size;
    this.numbers.set(key, number);
    return number;
  }
}

/**
 * Where messages can go, and which links they cross: the paths of NPU n are numbered from
 * `firstPath[n]`, the hops of path p from `firstHop[p]`.
 */
export class Crossings {
  readonly names: PathNames;
  readonly firstPath: Int32Array;
  readonly name: readonly number[];
  readonly receiver: readonly number[];
  readonly firstHop: readonly number[];
  readonly link: readonly number[];
  readonly links: number;
  /** Per link: its dimension and whether it joins a switch. */
  private readonly kinds: Int32Array;
  /** The hops that cross each link, link by link: the NPU and what it calls it. */
  private readonly firstCrossing: Int32Array;
  private readonly crossing: Int32Array;
  private readonly senders: Int32Array;
  private readonly hopNames: Int32Array;

  private constructor(network: Network, paths: readonly ReadonlyMap<number, number>[], names: PathNames) {
    this.names = names;
    this.links = network.links;
    const firstPath = new Int32Array(paths.length + 1);
    const name: number[] = [];
    const receiver: number[] = [];
    const firstHop: number[] = [];
    const link: number[] = [];
    const senders: number[] = [];
    const hopNames: number[] = [];
    const naming = new Numbering();
    for (const [npu, to] of paths.entries()) {
      firstPath[npu] = name.length;
      for (const one of [...to.keys()].sort((a, b) => a - b)) {
        const end = to.get(one) as number;
        name.push(one);
        receiver.push(end);
        firstHop.push(link.length);
        let device = npu;
        for (let next = network.next(device, end); next >= 0; next = network.next(device, end)) {
          hopNames.push(naming.of(one, link.length - (firstHop.at(-1) as number)));
          link.push(next);
          senders.push(npu);
          device = network.end(next);
        }
      }
    }
    firstPath[paths.length] = name.length;
    firstHop.push(link.length);
    [this.firstPath, this.name, this.receiver, this.firstHop, this.link] = [firstPath, name, receiver, firstHop, link];
    [this.senders, this.hopNames] = [Int32Array.from(senders), Int32Array.from(hopNames)];
    this.kinds = new Int32Array(network.links);
    this.firstCrossing = new Int32Array(network.links + 1);
    for (const one of link) this.firstCrossing[one + 1] = (this.firstCrossing[one + 1] as number) + 1;
    for (let one = 0; one < network.links; one++) {
      this.firstCrossing[one + 1] = (this.firstCrossing[one + 1] as number) + (this.firstCrossing[one] as number);
      const ends = (network.start(one) >= network.npus ? 1 : 0) + (network.end(one) >= network.npus ? 2 : 0);
      this.kinds[one] = 4 * network.group(one) + ends;
    }
    const filled = this.firstCrossing.slice();
    this.crossing = new Int32Array(link.length);
    for (const [hop, one] of link.entries()) {
      const at = filled[one] as number;
      this.crossing[at] = hop;
      filled[one] = at + 1;
    }
  }

  /** Undefined where a program is spelled out rank by rank, a peer takes no part, or there are too many. */
  static of(
    network: Network,
    graphs: readonly ShapedGraph[],
    circles: readonly Circle[],
    names: (npu: number, peer: number) => boolean,
  ): Crossings | undefined {
    const pathNames = new PathNames();
    const paths = graphs.map(() => new Map<number, number>());
    const sendsTo = new Map<number, ReadonlySet<number>>();
    let hops = 0;
    const add = (npu: number, name: number, to: number) => {
      (paths[npu] as Map<number, number>).set(name, to);
      let device = npu;
      for (let next = network.next(device, to); next >= 0; next = network.next(device, to)) {
        hops++;
        device = network.end(next);
      }
    };
    for (const [npu, { shape, nodes }] of graphs.entries()) {
      const places = sendsTo.get(shape.id) ?? placesOf(nodes, shape.slots);
      sendsTo.set(shape.id, places);
      for (const place of places) {
        const peer = peerOf(shape.peers[place] as number, npu);
        if (!names(peer, npu)) return undefined;
        add(npu, pathNames.ofPeer(place), peer);
      }
    }
    for (const { members, slots, traffic } of circles) {
      const { length } = members;
      if (length === 1) continue;
      if (traffic.isSpelledOut) return undefined;
      const steps = new Set(
        [...traffic.offsets].flatMap((offset) => [offset % length, (length - (offset % length)) % length]),
      );
      for (let rank = 0; rank < length; rank++) {
        const slot = slots[rank] as number;
        const npu = members[rank] as number;
        if (slot < 0) return undefined;
        for (const step of steps) {
          add(npu, pathNames.ofRank(slot, step, false), members[(rank + step) % length] as number);
        }
        for (const offset of traffic.pairs) {
          const partner = Math.floor(rank / offset) % 2 === 0 ? rank + offset : rank - offset;
          add(npu, pathNames.ofRank(slot, offset, true), members[partner] as number);
        }
      }
    }
    return hops > MOST_HOPS ? undefined : new Crossings(network, paths, pathNames);
  }

  /** Colours of links, by what crosses them. */
  linkColours(colours: Int32Array): Int32Array {
    const numbering = new Numbering();
    const of = new Int32Array(this.links);
    for (let link = 0; link < this.links; link++) {
      const tokens: number[] = [];
      for (let i = this.firstCrossing[link] as number; i < (this.firstCrossing[link + 1] as number); i++) {
        const hop = this.crossing[i] as number;
        tokens.push(numbering.of(this.hopNames[hop] as number, colours[this.senders[hop] as number] as number));
      }
      of[link] = numbering.ofList([this.kinds[link] as number, ...tokens.sort((a, b) => a - b)]);
    }
    return of;
  }

  /** Visits every NPU's hops in order, with what it calls each. */
  forEachHop(visit: (npu: number, link: number, name: number) => void): void {
    for (let hop = 0; hop < this.link.length; hop++) {
      visit(this.senders[hop] as number, this.link[hop] as number, this.hopNames[hop] as number);
    }
  }
}

/** The places of peers that a graph sends to. */
function placesOf(nodes: ShapedGraph['nodes'], slots: Int32Array): ReadonlySet<number> {
  const places = new Set<number>();
  for (const [number, { kind }] of nodes.entries()) if (kind === 'send') places.add(slots[number] as number);
  return places;
}
