import seedrandom from 'seedrandom';
import { EventQueue } from '../../engine/event-queue.js';
import type { DirectedLink, LinkGraph } from '../../topology/link-graph.js';
import type { Hop } from './hops.js';
import type { Symmetries } from './symmetries.js';

export interface SymmetricMatchingOptions {
  /** Pieces of every NPU's share. */
  readonly chunksPerNpu: number;
  /** Size with which every chunk is planned. */
  readonly chunkBytes: number;
  readonly seed: string;
  /** Hops that are drawn whenever links become free; the one that arrives first is taken. */
  readonly draws: number;
  /**
   * Never sends over links that are busy for longer what an NPU can have from one that has it, or will, over links
   * that are not: so that a box gets a chunk over the network once.
   */
  readonly thrifty: boolean;
}

/** A message of a representative's chunk; all its images are sent at the same time. */
export interface RepresentativeSend {
  /** Chunk c is piece c % chunksPerNpu of representative floor(c / chunksPerNpu). */
  readonly chunk: number;
  readonly hop: Hop;
  readonly startNs: number;
  /** The send that brought the chunk to where this one starts, or -1. */
  readonly after: number;
}

export interface SymmetricMatching {
  /** In the order in which they start. */
  readonly sends: readonly RepresentativeSend[];
  readonly finishNs: number;
}

const MISSING = -2;
/** In the place of a send: the chunk comes from here. */
const SOURCE = -1;

/**
 * An all-gather of the chunks of representatives alone. A symmetry takes a message over a link to one over every link
 * of the link's orbit, at the same time: so an orbit is what is free or busy, and it is busy as many times as long as a
 * link of it carries images of the message. Whenever an orbit is free, a message over it is drawn at random from those
 * that bring something new, as TACOS does with links.
 */
export function matchRepresentatives(
  graph: LinkGraph,
  symmetries: Symmetries,
  hops: readonly (readonly Hop[])[],
  options: SymmetricMatchingOptions,
): SymmetricMatching {
  return new Matcher(graph, symmetries, hops, options).run();
}

class Matcher {
  private readonly random: seedrandom.PRNG;
  /** By chunk * npus + NPU: the send that brings the chunk, SOURCE or MISSING. */
  private readonly bringer: Int32Array;
  /** Per chunk: NPUs that have it, or will. */
  private readonly copies: Int32Array;
  /** Per orbit: when it is free, how long a chunk keeps it, whether it waits for its turn, and what it could send. */
  private readonly freeNs: Float64Array;
  private readonly busyNs: Float64Array;
  private readonly isAwaited: Uint8Array;
  private readonly candidates: { readonly chunk: number; readonly hop: Hop }[][];
  /** Per hop: for how long its slowest link is busy. */
  private readonly slowestNs: Float64Array;
  /** Per NPU: hops into it, those first whose slowest link is busy least. */
  private readonly hopsInto: readonly (readonly Hop[])[];
  private readonly queue = new EventQueue();
  private readonly sends: RepresentativeSend[] = [];
  private finishNs = 0;

  constructor(
    private readonly graph: LinkGraph,
    private readonly symmetries: Symmetries,
    private readonly hops: readonly (readonly Hop[])[],
    private readonly options: SymmetricMatchingOptions,
  ) {
    const { orbitOf, stays, representatives } = symmetries;
    const chunks = representatives.length * options.chunksPerNpu;
    this.random = seedrandom.alea(options.seed);
    this.bringer = new Int32Array(chunks * graph.npus).fill(MISSING);
    this.copies = new Int32Array(chunks).fill(1);
    this.freeNs = new Float64Array(stays.length);
    this.busyNs = new Float64Array(stays.length);
    for (const [link, { bandwidth }] of graph.links.entries()) {
      const orbit = orbitOf[link] as number;
      this.busyNs[orbit] = (options.chunkBytes * (stays[orbit] as number)) / bandwidth;
    }
    this.isAwaited = new Uint8Array(stays.length);
    this.candidates = stays.map(() => []);
    const all = options.thrifty ? hops.flat() : [];
    const busy = (link: number) => this.busyNs[orbitOf[link] as number] as number;
    const slowest = Float64Array.from(all, ({ path }) => path.reduce((most, link) => Math.max(most, busy(link)), 0));
    this.slowestNs = slowest;
    all.sort((a, b) => (slowest[a.number] as number) - (slowest[b.number] as number));
    const into: Hop[][] = hops.map(() => []);
    for (const hop of all) (into[hop.to] as Hop[]).push(hop);
    this.hopsInto = into;
  }

  run(): SymmetricMatching {
    const { queue } = this;
    const { representatives } = this.symmetries;
    const { chunksPerNpu } = this.options;
    for (const [r, npu] of representatives.entries()) {
      for (let piece = 0; piece < chunksPerNpu; piece++) this.arrive(r * chunksPerNpu + piece, npu, SOURCE);
    }
    const free: number[] = [];
    // Even events are sends that arrive; odd ones orbits that are free, which choose once all that arrives is there.
    for (let event = queue.take(); event !== undefined; event = queue.take()) {
      if (event % 2 === 1) free.push(event >> 1);
      else {
        const { chunk, hop } = this.sends[event >> 1] as RepresentativeSend;
        this.arrive(chunk, hop.to, event >> 1);
      }
      while (free.length > 0 && !queue.hasMoreNow()) {
        const at = Math.floor(this.random() * free.length);
        const orbit = free[at] as number;
        free[at] = free[free.length - 1] as number;
        free.pop();
        this.choose(orbit);
      }
    }
    return { sends: this.sends, finishNs: this.finishNs };
  }

  private arrive(chunk: number, npu: number, send: number): void {
    this.bringer[chunk * this.graph.npus + npu] = send;
    for (const hop of this.hops[npu] as readonly Hop[]) {
      if (this.bringer[chunk * this.graph.npus + hop.to] !== MISSING) continue;
      const orbit = this.symmetries.orbitOf[hop.path[0] as number] as number;
      (this.candidates[orbit] as { chunk: number; hop: Hop }[]).push({ chunk, hop });
      this.await(orbit);
    }
  }

  private await(orbit: number): void {
    if (this.isAwaited[orbit] === 1) return;
    this.isAwaited[orbit] = 1;
    this.queue.schedule(Math.max(this.queue.now, this.freeNs[orbit] as number), 2 * orbit + 1);
  }

  private choose(orbit: number): void {
    this.isAwaited[orbit] = 0;
    if ((this.freeNs[orbit] as number) > this.queue.now) {
      this.await(orbit);
      return;
    }
    const list = this.candidates[orbit] as { chunk: number; hop: Hop }[];
    let best: { readonly chunk: number; readonly hop: Hop } | undefined;
    let bestNs = 0;
    for (let draw = 0; draw < this.options.draws && list.length > 0; ) {
      const at = Math.floor(this.random() * list.length);
      const drawn = list[at] as { chunk: number; hop: Hop };
      if (this.isUseless(drawn.chunk, drawn.hop)) {
        list[at] = list[list.length - 1] as { chunk: number; hop: Hop };
        list.pop();
        continue;
      }
      draw++;
      const arrivalNs = this.arrivalNs(drawn.hop);
      const fewer = best === undefined ? 0 : (this.copies[drawn.chunk] as number) - (this.copies[best.chunk] as number);
      if (best !== undefined && (arrivalNs > bestNs || (arrivalNs === bestNs && fewer >= 0))) continue;
      best = drawn;
      bestNs = arrivalNs;
    }
    if (best === undefined) return;
    this.send(best.chunk, best.hop);
    this.await(orbit);
  }

  private isUseless(chunk: number, hop: Hop): boolean {
    const start = chunk * this.graph.npus;
    if (this.bringer[start + hop.to] !== MISSING) return true;
    const slowest = this.slowestNs[hop.number] as number;
    for (const other of this.hopsInto[hop.to] as readonly Hop[]) {
      if ((this.slowestNs[other.number] as number) >= slowest) return false;
      if (this.bringer[start + other.from] !== MISSING) return true;
    }
    return false;
  }

  private arrivalNs({ path }: Hop): number {
    let at = this.queue.now;
    for (const link of path) {
      const orbit = this.symmetries.orbitOf[link] as number;
      const { latency } = this.graph.links[link] as DirectedLink;
      at = Math.max(at, this.freeNs[orbit] as number) + (this.busyNs[orbit] as number) + latency;
    }
    return at;
  }

  private send(chunk: number, hop: Hop): void {
    const { npus, links } = this.graph;
    const startNs = this.queue.now;
    let at = startNs;
    for (const link of hop.path) {
      const orbit = this.symmetries.orbitOf[link] as number;
      const freeNs = Math.max(at, this.freeNs[orbit] as number) + (this.busyNs[orbit] as number);
      this.freeNs[orbit] = freeNs;
      at = freeNs + (links[link] as DirectedLink).latency;
    }
    const after = this.bringer[chunk * npus + hop.from] as number;
    const number = this.sends.push({ chunk, hop, startNs, after }) - 1;
    this.bringer[chunk * npus + hop.to] = number;
    this.copies[chunk] = (this.copies[chunk] as number) + 1;
    this.finishNs = Math.max(this.finishNs, at);
    this.queue.schedule(at, 2 * number);
  }
}
