import seedrandom from 'seedrandom';
import type { LinkGraph } from '../../topology/link-graph.js';
import { checkIn, type SynthesisControls } from '../progress.js';
import { ArrivalQueue } from './arrival-queue.js';

/**
 * Whether a chunk on its way to an NPU may be sent there again. `reserve`: no. `earlier`: over a
 * link that brings it strictly earlier; what arrives second is wasted. The latter pays where fast
 * links become free while a slow one carries the chunk.
 */
export type TacosVariant = 'reserve' | 'earlier';

export interface MatchingOptions extends SynthesisControls {
  readonly chunksPerNpu: number;
  /** Size with which every chunk is planned. */
  readonly chunkBytes: number;
  readonly seed: string;
  readonly variant: TacosVariant;
}

/** The transfers of an all-gather in the order in which they start. */
export interface Matching {
  readonly chunk: readonly number[];
  readonly link: readonly number[];
  readonly startNs: readonly number[];
  readonly endNs: readonly number[];
  /** The transfer that brought a chunk to an NPU, or -1 where it came from, under chunk * npus + NPU. */
  readonly bringer: Int32Array;
  /** The last arrival that brings anything new. */
  readonly finishNs: number;
}

/** Arrivals within this part of the time are equal: equal sums of link times differ in the last bits. */
const EQUAL = 1e-9;
/** As above, for arrivals that are handled in one go. */
const TOGETHER = 1e-12;
const CHECK_EVERY = 1 << 14;

/**
 * Synthesis of an all-gather by random matching on the time-expanded network, after TACOS (arXiv
 * 2304.05301). Whenever links become free, every NPU goes through the chunks it lacks in random
 * order and takes each over the free link that brings it first, among those whose source has it.
 * A link is busy for latency + bytes / bandwidth. Chunk c is that of NPU c % npus.
 *
 * Links into different NPUs do not compete, and a chunk that no free link can bring changes nothing.
 * So the walk in random order is the same as drawing again and again from the chunks that the free
 * links into the NPU could bring. Each link keeps a list of those: a chunk that arrives at an NPU
 * enters the lists of its outgoing links, and leaves a list when it is drawn and found useless. The
 * work is proportional to transfers times degree.
 */
export function matchAllGather(graph: LinkGraph, options: MatchingOptions): Matching {
  return new Matcher(graph, options).run();
}

class Matcher {
  private readonly npus: number;
  private readonly chunks: number;
  private readonly random: seedrandom.PRNG;
  private readonly mayRepeat: boolean;
  private readonly linkNs: Float64Array;
  private readonly linkFrom: Int32Array;
  private readonly linkTo: Int32Array;
  private readonly linksOut: number[][];
  private readonly linksIn: number[][];
  /** Per link: chunks its source has and its destination may lack, in no order. */
  private readonly candidates: number[][];
  /** Per link: the transfer on it, or -1. */
  private readonly carries: Int32Array;
  private readonly arrivals: ArrivalQueue;
  /** Under chunk * npus + NPU: when it is there; Infinity when it is not even on its way. */
  private readonly dueNs: Float64Array;
  private readonly bringer: Int32Array;
  private readonly chunk: number[] = [];
  private readonly link: number[] = [];
  private readonly startNs: number[] = [];
  private readonly endNs: number[] = [];
  /** Free links that could bring the chunk drawn last. */
  private readonly usable: number[] = [];

  constructor(
    graph: LinkGraph,
    private readonly options: MatchingOptions,
  ) {
    const { npus, links } = graph;
    const { chunkBytes, chunksPerNpu, seed, variant } = options;
    this.npus = npus;
    this.chunks = npus * chunksPerNpu;
    this.random = seedrandom(seed);
    this.mayRepeat = variant === 'earlier';
    this.linkNs = Float64Array.from(links, ({ latency, bandwidth }) => latency + chunkBytes / bandwidth);
    this.linkFrom = Int32Array.from(links, ({ from }) => from);
    this.linkTo = Int32Array.from(links, ({ to }) => to);
    this.linksOut = Array.from({ length: npus }, () => []);
    this.linksIn = Array.from({ length: npus }, () => []);
    for (const [i, { from, to }] of links.entries()) {
      (this.linksOut[from] as number[]).push(i);
      (this.linksIn[to] as number[]).push(i);
    }
    this.candidates = links.map(() => []);
    this.carries = new Int32Array(links.length).fill(-1);
    this.arrivals = new ArrivalQueue(links.length);
    this.dueNs = new Float64Array(this.chunks * npus).fill(Number.POSITIVE_INFINITY);
    this.bringer = new Int32Array(this.chunks * npus).fill(-1);
  }

  run(): Matching {
    const { npus, chunks, carries, linkTo, bringer } = this;
    for (let chunk = 0; chunk < chunks; chunk++) this.dueNs[chunk * npus + (chunk % npus)] = 0;
    for (let chunk = 0; chunk < chunks; chunk++) this.offer(chunk, chunk % npus);
    for (let npu = 0; npu < npus; npu++) this.fetch(npu, 0);

    const toDo = chunks * (npus - 1);
    const woken = new Set<number>();
    let delivered = 0;
    let finishNs = 0;
    while (delivered < toDo) {
      const now = this.arrivals.takeTogether(TOGETHER);
      if (now === undefined) break;
      woken.clear();
      for (const link of this.arrivals.taken) {
        const transfer = carries[link] as number;
        const npu = linkTo[link] as number;
        const chunk = this.chunk[transfer] as number;
        carries[link] = -1;
        woken.add(npu);
        if (bringer[chunk * npus + npu] !== transfer) continue;
        finishNs = now;
        delivered++;
        if (delivered % CHECK_EVERY === 0) checkIn(this.options, delivered / toDo, now);
        this.offer(chunk, npu);
        for (const out of this.linksOut[npu] as number[]) woken.add(linkTo[out] as number);
      }
      for (const npu of woken) this.fetch(npu, now);
    }
    const { chunk, link, startNs, endNs } = this;
    return { chunk, link, startNs, endNs, bringer, finishNs };
  }

  /** Tells the links out of an NPU that it has a chunk. */
  private offer(chunk: number, npu: number): void {
    for (const link of this.linksOut[npu] as number[]) (this.candidates[link] as number[]).push(chunk);
  }

  /** Puts chunks on the free links into an NPU. */
  private fetch(npu: number, now: number): void {
    for (let chunk = this.draw(npu, now); chunk >= 0; chunk = this.draw(npu, now)) {
      const link = this.fastest();
      const endNs = now + (this.linkNs[link] as number);
      const transfer = this.chunk.push(chunk) - 1;
      this.link.push(link);
      this.startNs.push(now);
      this.endNs.push(endNs);
      this.carries[link] = transfer;
      this.dueNs[chunk * this.npus + npu] = endNs;
      this.bringer[chunk * this.npus + npu] = transfer;
      this.arrivals.add(endNs, link);
    }
  }

  /**
   * A chunk drawn evenly from those that free links into an NPU could bring, with these links in
   * {@link usable}; -1 when there is none. It draws from all lists together; a chunk in m of them
   * is kept once in m times.
   */
  private draw(npu: number, now: number): number {
    const { candidates, carries, usable, linkFrom, dueNs, npus } = this;
    const links = this.linksIn[npu] as number[];
    let listed = 0;
    for (const link of links) if (carries[link] === -1) listed += (candidates[link] as number[]).length;
    while (listed > 0) {
      let position = Math.floor(this.random.quick() * listed);
      let drawn = -1;
      for (const link of links) {
        if (carries[link] !== -1) continue;
        drawn = link;
        const { length } = candidates[link] as number[];
        if (position < length) break;
        position -= length;
      }
      const list = candidates[drawn] as number[];
      const chunk = list[position] as number;
      if (!this.isUseful(chunk, drawn, npu, now)) {
        const last = list.pop() as number;
        if (position < list.length) list[position] = last;
        listed--;
        continue;
      }
      usable.length = 0;
      for (const link of links) {
        if (carries[link] !== -1 || !((dueNs[chunk * npus + (linkFrom[link] as number)] as number) <= now)) continue;
        if (link === drawn || this.isUseful(chunk, link, npu, now)) usable.push(link);
      }
      if (usable.length === 1 || this.random.quick() * usable.length < 1) return chunk;
    }
    return -1;
  }

  /** Whether an NPU gains by a chunk that starts now on a link. Once it does not, it never will. */
  private isUseful(chunk: number, link: number, npu: number, now: number): boolean {
    const due = this.dueNs[chunk * this.npus + npu] as number;
    if (!this.mayRepeat) return due === Number.POSITIVE_INFINITY;
    return (now + (this.linkNs[link] as number)) * (1 + EQUAL) < due;
  }

  /** The usable link that arrives first; an even draw among equals. */
  private fastest(): number {
    const { linkNs, usable } = this;
    let least = Number.POSITIVE_INFINITY;
    for (const link of usable) least = Math.min(least, linkNs[link] as number);
    let best = -1;
    let equals = 0;
    for (const link of usable) {
      if ((linkNs[link] as number) > least * (1 + EQUAL)) continue;
      equals++;
      if (equals === 1 || this.random.quick() * equals < 1) best = link;
    }
    return best;
  }
}
