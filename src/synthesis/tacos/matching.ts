import seedrandom from 'seedrandom';
import { InvariantError } from '../../base/errors.js';
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
  /** What an all-gather after something else has to wait for. Default: nothing. */
  readonly after?: BusyNetwork;
}

/** When each chunk is at its NPU, and each link free for it, ns. */
export interface BusyNetwork {
  readonly chunkNs: Float64Array;
  readonly linkNs: Float64Array;
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
const MISSING = 0;
const COMING = 1;
const HERE = 2;
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
  /** Transfers by arrival, and chunks by when they are at their NPU. */
  private readonly arrivals: TimeQueue;
  private readonly releases: TimeQueue;
  /** Under NPU * chunks + chunk: MISSING, COMING or HERE, and by which transfer. */
  private readonly state: Uint8Array;
  private readonly bringer: Int32Array;
  /** Per chunk: how many NPUs have it, or will. */
  private readonly copies: Int32Array;
  private readonly chunk: number[] = [];
  private readonly link: number[] = [];
  private readonly startNs: number[] = [];
  private readonly endNs: number[] = [];
  /** Free links into the NPU at hand, and how many chunks they have listed. */
  private readonly free: number[] = [];
  private listed = 0;

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
    this.freeNs = options.after?.linkNs.slice() ?? new Float64Array(links.length);
    this.frees = new TimeQueue(this.freeNs);
    this.arrivals = new TimeQueue(this.endNs);
    this.releases = new TimeQueue(options.after?.chunkNs ?? new Float64Array(this.chunks));
    this.state = new Uint8Array(this.chunks * npus);
    this.copies = new Int32Array(this.chunks).fill(1);
    this.bringer = new Int32Array(this.chunks * npus).fill(-1);
  }

  run(): Matching {
    const { npus, chunks, linkTo, bringer, arrivals, frees, releases } = this;
    for (let chunk = 0; chunk < chunks; chunk++) {
      this.state[(chunk % npus) * chunks + chunk] = HERE;
      releases.add(chunk);
    }
    for (const link of this.freeNs.keys()) {
      this.isBusy[link] = 1;
      frees.add(link);
    }

    const toDo = chunks * (npus - 1);
    const woken = new Set<number>();
    let delivered = 0;
    let finishNs = 0;
    while (delivered < toDo) {
      const until = Math.min(arrivals.next, frees.next, releases.next) * (1 + TOGETHER);
      if (until === Number.POSITIVE_INFINITY)
        throw new InvariantError('chunks are missing but no link has any to bring');
      const now = Math.max(arrivals.takeUntil(until), frees.takeUntil(until), releases.takeUntil(until));
      woken.clear();
      for (const link of frees.taken) {
        this.isBusy[link] = 0;
        woken.add(linkTo[link] as number);
      }
      for (const chunk of releases.taken) {
        this.offer(chunk, chunk % npus, now);
        for (const out of this.linksOut[chunk % npus] as number[]) woken.add(linkTo[out] as number);
      }
      for (const transfer of arrivals.taken) {
        const npu = linkTo[this.link[transfer] as number] as number;
        const chunk = this.chunk[transfer] as number;
        if (bringer[npu * chunks + chunk] !== transfer) continue;
        this.state[npu * chunks + chunk] = HERE;
        finishNs = now;
        delivered++;
        if (delivered % CHECK_EVERY === 0) checkIn(this.options, delivered / toDo, now);
        this.offer(chunk, npu, now);
        for (const out of this.linksOut[npu] as number[]) woken.add(linkTo[out] as number);
      }
      for (const npu of woken) this.fetch(npu, now);
    }
    const { chunk, link, startNs, endNs } = this;
    return { chunk, link, startNs, endNs, bringer, finishNs };
  }

  /** Tells the links out of an NPU that it has a chunk. */
  private offer(chunk: number, npu: number, now: number): void {
    for (const link of this.linksOut[npu] as number[]) {
      if (this.isUseful(chunk, link, this.linkTo[link] as number, now)) (this.candidates[link] as number[]).push(chunk);
    }
  }

  /** Puts chunks on the free links into an NPU. */
  private fetch(npu: number, now: number): void {
    const { free, candidates, isBusy } = this;
    free.length = 0;
    this.listed = 0;
    for (const link of this.linksIn[npu] as number[]) {
      const { length } = candidates[link] as number[];
      if (isBusy[link] === 1 || length === 0) continue;
      free.push(link);
      this.listed += length;
    }
    for (let chunk = this.choose(npu, now); chunk >= 0; chunk = this.choose(npu, now)) {
      const link = this.fastest(chunk, npu, now);
      this.start(chunk, link, npu, now);
      this.listed -= (candidates[link] as number[]).length;
      free.splice(free.indexOf(link), 1);
    }
  }

  private start(chunk: number, link: number, npu: number, now: number): void {
    const transfer = this.chunk.push(chunk) - 1;
    this.link.push(link);
    this.startNs.push(now);
    this.endNs.push(now + (this.linkNs[link] as number));
    this.isBusy[link] = 1;
    this.freeNs[link] = now + (this.busyNs[link] as number);
    this.state[npu * this.chunks + chunk] = COMING;
    this.bringer[npu * this.chunks + chunk] = transfer;
    this.copies[chunk] = (this.copies[chunk] as number) + 1;
    this.frees.add(link);
    this.arrivals.add(transfer);
  }

  /** The rarest of some chunks drawn from those that free links into an NPU could bring; -1 when there is none. */
  private choose(npu: number, now: number): number {
    const { copies } = this;
    let chosen = this.draw(npu, now);
    for (let k = 1; k < this.options.draws && this.listed > 1; k++) {
      const other = this.draw(npu, now);
      if ((copies[other] as number) < (copies[chosen] as number)) chosen = other;
    }
    return chosen;
  }

  /** An even draw from the lists of all free links together; a chunk on several counts on the first only. */
  private draw(npu: number, now: number): number {
    const { candidates, free } = this;
    while (this.listed > 0) {
      let position = Math.floor(this.random() * this.listed);
      let place = 0;
      let list = candidates[free[0] as number] as number[];
      while (position >= list.length) {
        position -= list.length;
        place++;
        list = candidates[free[place] as number] as number[];
      }
      const chunk = list[position] as number;
      if (!this.isUseful(chunk, free[place] as number, npu, now)) {
        const last = list.pop() as number;
        if (position < list.length) list[position] = last;
        this.listed--;
        continue;
      }
      let before = 0;
      while (before < place && !this.canBring(chunk, free[before] as number, npu, now)) before++;
      if (before === place) return chunk;
    }
    return -1;
  }

  /** Whether a chunk is at the source of a link and worth sending. */
  private canBring(chunk: number, link: number, npu: number, now: number): boolean {
    const from = this.linkFrom[link] as number;
    return this.state[from * this.chunks + chunk] === HERE && this.isUseful(chunk, link, npu, now);
  }

  /** Whether an NPU gains by a chunk that starts now on a link. Once it does not, it never will. */
  private isUseful(chunk: number, link: number, npu: number, now: number): boolean {
    const place = npu * this.chunks + chunk;
    const state = this.state[place] as number;
    if (state !== COMING || !this.mayRepeat) return state === MISSING;
    const due = this.endNs[this.bringer[place] as number] as number;
    return (now + (this.linkNs[link] as number)) * (1 + EQUAL) < due;
  }

  /** The free link that would bring a chunk first; of equals one that has the least else to bring. */
  private fastest(chunk: number, npu: number, now: number): number {
    const { linkNs, candidates } = this;
    let best = -1;
    let bestNs = Number.POSITIVE_INFINITY;
    let fewest = 0;
    let equals = 1;
    for (const link of this.free) {
      const ns = linkNs[link] as number;
      if (ns > bestNs * (1 + EQUAL) || !this.canBring(chunk, link, npu, now)) continue;
      const { length } = candidates[link] as number[];
      const isFaster = ns * (1 + EQUAL) < bestNs;
      if (!isFaster && length > fewest) continue;
      equals = isFaster || length < fewest ? 1 : equals + 1;
      if (equals > 1 && this.random() * equals >= 1) continue;
      best = link;
      bestNs = Math.min(bestNs, ns);
      fewest = length;
    }
    return best;
  }
}
