import type { DirectedLink, LinkGraph } from '../../topology/link-graph.js';
import { isConnected } from '../checked-graph.js';
import type { Hierarchy } from './hierarchies.js';

/** NPUs that differ in their place on one level alone, and the network between them. */
export interface Line {
  /** By place on the level. */
  readonly npus: readonly number[];
  /** Its NPUs are numbered by place. Links that several lines share have a part of their bandwidth. */
  readonly graph: LinkGraph;
  /** Per link of `graph` its number in the whole network. */
  readonly links: readonly number[];
  /** Lines of one key have the same graph. */
  readonly key: string;
}

/** All lines along one level. */
export type Level = readonly Line[];

/** The lines of every level, the innermost first; undefined where NPUs of a line cannot reach each other without NPUs of others. */
export function levelsOf(graph: LinkGraph, { sizes, npuAt }: Hierarchy): readonly Level[] | undefined {
  const network = new Surroundings(graph);
  const levels: Level[] = [];
  const placeOf = new Int32Array(npuAt.length);
  for (const [place, npu] of npuAt.entries()) placeOf[npu] = place;
  let stride = 1;
  for (const size of sizes) {
    const block = stride * size;
    const ownerOf = network.owners((npu) => Math.floor((placeOf[npu] as number) / block));
    const lines: LineLinks[] = [];
    for (let start = 0; start < npuAt.length; start++) {
      if (Math.floor(start / stride) % size !== 0) continue;
      const npus = Array.from({ length: size }, (_, i) => npuAt[start + i * stride] as number);
      const owner = Math.floor(start / block);
      const line = network.line(npus, (device) => ownerOf[device] === owner) ?? network.line(npus, () => true);
      if (line === undefined) return undefined;
      lines.push(line);
    }
    levels.push(withShares(graph, lines));
    stride = block;
  }
  return levels;
}

interface LineLinks {
  readonly npus: readonly number[];
  /** NPUs by place, then switches. */
  readonly devices: readonly number[];
  readonly links: readonly number[];
}

/** A link that several lines of a level use has a part of its bandwidth for each. */
function withShares(graph: LinkGraph, lines: readonly LineLinks[]): Level {
  const users = new Int32Array(graph.links.length);
  for (const { links } of lines) for (const link of links) users[link] = (users[link] as number) + 1;
  return lines.map(({ npus, devices, links }) => {
    const numberOf = new Map(devices.map((device, i) => [device, i]));
    const own = links.map((link): DirectedLink => {
      const { from, to, bandwidth, latency } = graph.links[link] as DirectedLink;
      const [a, b] = [numberOf.get(from) as number, numberOf.get(to) as number];
      return { from: a, to: b, bandwidth: bandwidth / (users[link] as number), latency };
    });
    const line = { npus: npus.length, devices: devices.length, links: own };
    const key = [npus.length, ...own.map((link) => `${link.from},${link.to},${link.bandwidth},${link.latency}`)];
    return { npus, graph: line, links, key: key.join(' ') };
  });
}

/** Which devices and links are around which. */
class Surroundings {
  private readonly linksOut: readonly number[][];
  private readonly neighbours: readonly Set<number>[];

  constructor(private readonly graph: LinkGraph) {
    this.linksOut = Array.from({ length: graph.devices }, () => []);
    this.neighbours = Array.from({ length: graph.devices }, () => new Set<number>());
    for (const [i, { from, to }] of graph.links.entries()) {
      (this.linksOut[from] as number[]).push(i);
      (this.neighbours[from] as Set<number>).add(to);
      (this.neighbours[to] as Set<number>).add(from);
    }
  }

  /** Per switch the block that all NPUs nearest to it are of; -1 where they are of several, and for NPUs. */
  owners(blockOf: (npu: number) => number): Int32Array {
    const { npus, devices } = this.graph;
    const owners = new Int32Array(devices).fill(-1);
    for (let device = npus; device < devices; device++) {
      const blocks = new Set(this.nearestNpus(device).map(blockOf));
      const [block = -1] = blocks;
      if (blocks.size === 1) owners[device] = block;
    }
    return owners;
  }

  /** The switches and links that join some NPUs without passing others; undefined where they do not. */
  line(npus: readonly number[], allows: (device: number) => boolean): LineLinks | undefined {
    const { graph, linksOut, neighbours } = this;
    const members = new Set(npus);
    const queue = [...npus];
    for (const device of queue) {
      for (const next of neighbours[device] as Set<number>) {
        if (members.has(next) || next < graph.npus || !allows(next)) continue;
        members.add(next);
        queue.push(next);
      }
    }
    this.dropDeadEnds(members);
    const devices = [...npus, ...[...members].filter((device) => device >= graph.npus).sort((a, b) => a - b)];
    const links = devices.flatMap((device) =>
      (linksOut[device] as number[]).filter((link) => members.has((graph.links[link] as DirectedLink).to)),
    );
    const numberOf = new Map(devices.map((device, i) => [device, i]));
    const place = (device: number) => numberOf.get(device) as number;
    const own = links.map((link) => graph.links[link] as DirectedLink);
    const local = own.map((link) => ({ ...link, from: place(link.from), to: place(link.to) }));
    const isWhole = isConnected({ npus: npus.length, devices: devices.length, links: local });
    return isWhole ? { npus, devices, links } : undefined;
  }

  private nearestNpus(device: number): number[] {
    const met = new Set([device]);
    for (let layer = [device]; layer.length > 0; ) {
      const next = layer.flatMap((at) => [...(this.neighbours[at] as Set<number>)]).filter((at) => !met.has(at));
      const npus = next.filter((at) => at < this.graph.npus);
      if (npus.length > 0) return npus;
      layer = [...new Set(next)];
      for (const at of layer) met.add(at);
    }
    return [];
  }

  /** Removes switches that lead to one member alone. */
  private dropDeadEnds(members: Set<number>): void {
    const ways = (device: number) => [...(this.neighbours[device] as Set<number>)].filter((at) => members.has(at));
    const queue = [...members].filter((device) => device >= this.graph.npus);
    for (const device of queue) {
      if (!members.has(device)) continue;
      const [way, ...others] = ways(device);
      if (others.length > 0) continue;
      members.delete(device);
      if (way !== undefined && way >= this.graph.npus) queue.push(way);
    }
  }
}
