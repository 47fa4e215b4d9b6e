import type { LinkGraph } from '../topology/link-graph.js';
import { EVERY_NPU, runOf, type TransferSchedule } from './schedule.js';

/**
 * Follows sets of contributions through a schedule and reports, in words, transfers that carry
 * nothing or something a second time, and targets that end without a contribution.
 */
export function checkContributions(
  schedule: TransferSchedule,
  graph: LinkGraph,
  report: (issue: string) => void,
): void {
  const byChunk: number[][] = Array.from(schedule.chunkSource, () => []);
  for (const [i, first] of schedule.chunk.entries()) {
    for (let chunk = first; chunk < first + runOf(schedule, i); chunk++) (byChunk[chunk] as number[]).push(i);
  }
  const contents = new Contents(schedule, graph, report);
  for (const [chunk, transfers] of byChunk.entries()) contents.check(chunk, transfers);
}

/** Sets of contributions, one chunk at a time: bit r of a set stands for what NPU r contributed. */
class Contents {
  private readonly words: number;
  private readonly held: Uint32Array;
  private readonly placeOf: Int32Array;
  private carried = new Uint32Array(0);

  constructor(
    private readonly schedule: TransferSchedule,
    private readonly graph: LinkGraph,
    private readonly report: (issue: string) => void,
  ) {
    this.words = Math.ceil(graph.npus / 32);
    this.held = new Uint32Array(graph.devices * this.words);
    this.placeOf = new Int32Array(schedule.chunk.length);
  }

  check(chunk: number, transfers: readonly number[]): void {
    const { held, words, placeOf } = this;
    const { from, to, reduces } = this.schedule;
    const source = this.schedule.chunkSource[chunk] as number;
    const target = this.schedule.chunkTarget[chunk] as number;
    if (this.carried.length < transfers.length * words) this.carried = new Uint32Array(transfers.length * words);
    held.fill(0);
    for (let npu = 0; npu < this.graph.npus; npu++) this.putOwn(held, npu * words, npu, source);

    for (const [place, i] of transfers.entries()) {
      placeOf[i] = place;
      this.carry(i, place, chunk, source);
      const at = place * words;
      const into = (to[i] as number) * words;
      let empty = true;
      let twice = false;
      for (let w = 0; w < words; w++) {
        const more = this.carried[at + w] as number;
        if (more !== 0) empty = false;
        if (((held[into + w] as number) & more) !== 0) twice = true;
        held[into + w] = reduces[i] === 1 ? (held[into + w] as number) | more : more;
      }
      if (empty) this.report(`transfer ${i} takes chunk ${chunk} from vertex ${from[i]} before it is there`);
      if (twice && reduces[i] === 1) {
        this.report(`transfer ${i} brings vertex ${to[i]} a contribution to chunk ${chunk} a second time`);
      }
    }

    for (let npu = 0; npu < this.graph.npus; npu++) {
      if (target !== EVERY_NPU && target !== npu) continue;
      const missing = this.missing(npu * words, source);
      if (missing >= 0) this.report(`NPU ${npu} ends without the part of chunk ${chunk} that NPU ${missing} had`);
    }
  }

  /** Sets what transfer i carries of a chunk, from what it needs. */
  private carry(i: number, place: number, carriedChunk: number, source: number): void {
    const { carried, words, placeOf } = this;
    const { chunk, from, to, needs, needsStart, reduces } = this.schedule;
    const at = place * words;
    const comesHere = (need: number) => {
      const first = chunk[need] as number;
      return to[need] === from[i] && first <= carriedChunk && carriedChunk < first + runOf(this.schedule, need);
    };
    let copy = -1;
    for (let k = needsStart[i] as number; k < (needsStart[i + 1] as number); k++) {
      const need = needs[k] as number;
      if (comesHere(need) && reduces[need] === 0 && need > copy) copy = need;
    }
    carried.fill(0, at, at + words);
    if (copy < 0) this.putOwn(carried, at, from[i] as number, source);
    for (let k = needsStart[i] as number; k < (needsStart[i + 1] as number); k++) {
      const need = needs[k] as number;
      if (!comesHere(need) || need < copy) continue;
      const there = (placeOf[need] as number) * words;
      for (let w = 0; w < words; w++) carried[at + w] = (carried[at + w] as number) | (carried[there + w] as number);
    }
  }

  private putOwn(sets: Uint32Array, at: number, npu: number, source: number): void {
    if (npu >= this.graph.npus || (source !== EVERY_NPU && source !== npu)) return;
    sets[at + (npu >> 5)] = 1 << (npu & 31);
  }

  /** An NPU whose contribution is not in a set, or -1. */
  private missing(at: number, source: number): number {
    for (let npu = 0; npu < this.graph.npus; npu++) {
      if (source !== EVERY_NPU && source !== npu) continue;
      if ((((this.held[at + (npu >> 5)] as number) >>> (npu & 31)) & 1) === 0) return npu;
    }
    return -1;
  }
}
