import seedrandom from 'seedrandom';
import type { LinkGraph } from '../../topology/link-graph.js';
import { checkIn, type SynthesisControls } from '../progress.js';
import { TimeQueue } from './time-queue.js';

/**
 * Whether a chunk on its way to an NPU may be sent there again. `reserve`: no. `earlier`: over a
 * link that brings it strictly earlier; what arrives second is wasted. The latter pays where fast
 * links become free while a slow one carries the chunk.
 */
export type TacosVariant = 'reserve' | 'earlier';

/**
 * Until when a link is busy with a message: until it has been sent, after bytes / bandwidth, or until
 * it has arrived, a latency later, as the paper has it.
 */
export type LinkUse = 'until-sent' | 'until-arrival';

export interface MatchingOptions extends SynthesisControls {
  readonly chunksPerNpu: number;
  /** Size with which every chunk is planned. */
  readonly chunkBytes: number;
  readonly seed: string;
  readonly variant: TacosVariant;
  readonly linkUse: LinkUse;
  /** How many chunks are drawn whenever one is fetched; the one with the fewest copies is taken. */
  readonly draws: number;
}

/** The transfers of an all-gather in the order in which they start. */
export interface Matching {
  readonly chunk: readonly number[];
  readonly link: readonly number[];
  readonly startNs: readonly number[];
  readonly endNs: readonly number[];
  /** The transfer that brought a chunk to an NPU, or -1 where it came from, under NPU * chunks + chunk. */
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
 * Chunk c is that of NPU c % npus.
 *
 * Links into different NPUs do not compete, and a chunk that no free link can bring changes nothing.
 * So the walk in random order is the same as drawing again and again from the chunks that the free
 * links into the NPU could bring; several draws at once, of which the chunk that fewest NPUs have is
 * taken, find short schedules far more often than the single one of the paper. Each link keeps a list of those: a chunk that arrives at an NPU
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
  /** From the start on a link to the arrival, and to the next start. */
  private readonly linkNs: Float64Array;
  private readonly busyNs: Float64Array;
  private readonly linkFrom: Int32Array;
  private readonly linkTo: Int32Array;
  private readonly linksOut: number[][];
  private readonly linksIn: number[][];
  /** Per link: chunks its source has and its destination may lack, in no order. */
  private readonly candidates: number[][];
  private readonly isBusy: Uint8Array;
  /** Per link: when it is free again, and busy links by that. */
  private readonly freeNs: Float64Array;
  private readonly frees: TimeQueue;
  /** Transfers by arrival. */
  private readonly arrivals: TimeQueue;
  /** Under NPU * chunks + chunk: when it is there; Infinity when it is not even on its way. */
  private readonly dueNs: Float64Array;
  private readonly bringer: Int32Array;
  /** Per chunk: how many NPUs have it, or will. */
  private readonly copies: Int32Array;
  private readonly chunk: number[] = [];
  private readonly link: number[] = [];
  private readonly startNs: number[] = [];
  private readonly endNs: number[] = [];
  /** Free links that could bring the chunk looked at last. */
  private readonly usable: number[] = [];

  constructor(
    graph: LinkGraph,
    private readonly options: MatchingOptions,
  ) {
    const { npus, links } = graph;
    const { chunkBytes, chunksPerNpu, seed, variant } = options;
    this.npus = npus;
    this.chunks = npus * chunksPerNpu;
    this.random = seedrandom.alea(seed);
    this.mayRepeat = variant === 'earlier';
    this.linkNs = Float64Array.from(links, ({ latency, bandwidth }) => latency + chunkBytes / bandwidth);
    const untilSent = Float64Array.from(links, ({ bandwidth }) => chunkBytes / bandwidth);
    this.busyNs = options.linkUse === 'until-sent' ? untilSent : this.linkNs;
    this.linkFrom = Int32Array.from(links, ({ from }) => from);
    this.linkTo = Int32Array.from(links, ({ to }) => to);
    this.linksOut = Array.from({ length: npus }, () => []);
    this.linksIn = Array.from({ length: npus }, () => []);
    for (const [i, { from, to }] of links.entries()) {
      (this.linksOut[from] as number[]).push(i);
      (this.linksIn[to] as number[]).push(i);
    }
    this.candidates = links.map(() => []);
    this.isBusy = new Uint8Array(links.length);
    this.freeNs = new Float64Array(links.length);
    this.frees = new TimeQueue(this.freeNs);
    this.arrivals = new TimeQueue(this.endNs);
    this.dueNs = new Float64Array(this.chunks * npus).fill(Number.POSITIVE_INFINITY);
    this.copies = new Int32Array(this.chunks).fill(1);
    this.bringer = new Int32Array(this.chunks * npus).fill(-1);
  }

  run(): Matching {
    const { npus, chunks, linkTo, bringer, arrivals, frees } = this;
    for (let chunk = 0; chunk < chunks; chunk++) this.dueNs[(chunk % npus) * chunks + chunk] = 0;
    for (let chunk = 0; chunk < chunks; chunk++) this.offer(chunk, chunk % npus);
    for (let npu = 0; npu < npus; npu++) this.fetch(npu, 0);

    const toDo = chunks * (npus - 1);
    const woken = new Set<number>();
    let delivered = 0;
    let finishNs = 0;
    while (delivered < toDo) {
      const first = Math.min(arrivals.next, frees.next);
      const now = Math.max(arrivals.takeUntil(first * (1 + TOGETHER)), frees.takeUntil(first * (1 + TOGETHER)));
      woken.clear();
      for (const link of frees.taken) {
        this.isBusy[link] = 0;
        woken.add(linkTo[link] as number);
      }
      for (const transfer of arrivals.taken) {
        const npu = linkTo[this.link[transfer] as number] as number;
        const chunk = this.chunk[transfer] as number;
        if (bringer[npu * chunks + chunk] !== transfer) continue;
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
    for (let chunk = this.choose(npu, now); chunk >= 0; chunk = this.choose(npu, now)) {
      const link = this.fastest();
      const endNs = now + (this.linkNs[link] as number);
      const transfer = this.chunk.push(chunk) - 1;
      this.link.push(link);
      this.startNs.push(now);
      this.endNs.push(endNs);
      this.isBusy[link] = 1;
      this.freeNs[link] = now + (this.busyNs[link] as number);
      this.dueNs[npu * this.chunks + chunk] = endNs;
      this.bringer[npu * this.chunks + chunk] = transfer;
      this.copies[chunk] = (this.copies[chunk] as number) + 1;
      this.frees.add(link);
      this.arrivals.add(transfer);
    }
  }

  /** The chunk to fetch next, with the free links that could bring it in {@link usable}; -1 for none. */
  private choose(npu: number, now: number): number {
    let chosen = this.draw(npu, now);
    if (chosen < 0) return chosen;
    for (let k = 1; k < this.options.draws; k++) {
      const other = this.draw(npu, now);
      if ((this.copies[other] as number) < (this.copies[chosen] as number)) chosen = other;
    }
    this.usable.length = 0;
    for (const link of this.linksIn[npu] as number[]) {
      if (this.canBring(chosen, link, now) && this.isUseful(chosen, link, npu, now)) this.usable.push(link);
    }
    return chosen;
  }

  /**
   * A chunk drawn evenly from those that free links into an NPU could bring; -1 when there is none.
   * It draws from all lists together, and a chunk on several of them counts on the first only.
   */
  private draw(npu: number, now: number): number {
    const { candidates, isBusy } = this;
    const links = this.linksIn[npu] as number[];
    let listed = 0;
    for (const link of links) if (isBusy[link] === 0) listed += (candidates[link] as number[]).length;
    while (listed > 0) {
      let position = Math.floor(this.random() * listed);
      let drawn = -1;
      for (const link of links) {
        if (isBusy[link] === 1) continue;
        drawn = link;
        const { length } = candidates[link] as number[];
        if (position < length) break;
        position -= length;
      }
      const list = candidates[drawn] as number[];
      const chunk = list[position] as number;
      if (this.isUseful(chunk, drawn, npu, now)) {
        if (this.isFirst(drawn, chunk, npu, now)) return chunk;
      } else {
        const last = list.pop() as number;
        if (position < list.length) list[position] = last;
        listed--;
      }
    }
    return -1;
  }

  /** Whether no link into the NPU before this one could bring a chunk too. */
  private isFirst(link: number, chunk: number, npu: number, now: number): boolean {
    for (const other of this.linksIn[npu] as number[]) {
      if (other === link) return true;
      if (this.canBring(chunk, other, now) && this.isUseful(chunk, other, npu, now)) return false;
    }
    return true;
  }

  /** Whether a link is free and its source has a chunk. */
  private canBring(chunk: number, link: number, now: number): boolean {
    const from = this.linkFrom[link] as number;
    return this.isBusy[link] === 0 && (this.dueNs[from * this.chunks + chunk] as number) <= now;
  }

  /** Whether an NPU gains by a chunk that starts now on a link. Once it does not, it never will. */
  private isUseful(chunk: number, link: number, npu: number, now: number): boolean {
    const due = this.dueNs[npu * this.chunks + chunk] as number;
    if (!this.mayRepeat) return due === Number.POSITIVE_INFINITY;
    return (now + (this.linkNs[link] as number)) * (1 + EQUAL) < due;
  }

  /** The usable link that arrives first; of equals one that has the least else to bring. */
  private fastest(): number {
    const { linkNs, usable, candidates } = this;
    let least = Number.POSITIVE_INFINITY;
    for (const link of usable) least = Math.min(least, linkNs[link] as number);
    let best = -1;
    let fewest = Number.POSITIVE_INFINITY;
    let equals = 0;
    for (const link of usable) {
      const { length } = candidates[link] as number[];
      if (length > fewest || (linkNs[link] as number) > least * (1 + EQUAL)) continue;
      equals = length < fewest ? 1 : equals + 1;
      fewest = length;
      if (equals === 1 || this.random() * equals < 1) best = link;
    }
    return best;
  }
}
