import type { Line } from './levels.js';
import type { LinePlan, PhaseKind } from './line-plans.js';

/** One level's part in a composition. */
export interface Phase {
  readonly kind: PhaseKind;
  readonly lines: readonly { readonly line: Line; readonly plan: LinePlan }[];
  /** The first cell and the number of cells of the data that an NPU has of a piece when the phase reduces, or is to have after it. */
  readonly startOf: (npu: number) => number;
  readonly cells: number;
}

/** The messages of one piece of the data, which is a row of cells. */
export interface Pattern {
  readonly from: readonly number[];
  readonly to: readonly number[];
  /** The cells of each message: the first, and how many. */
  readonly first: readonly number[];
  readonly length: readonly number[];
  readonly reduces: readonly boolean[];
  readonly pathStart: readonly number[];
  readonly path: readonly number[];
  readonly needsStart: readonly number[];
  readonly needs: readonly number[];
  /** Per entry of `path`: the phase, and the part of it that has passed. */
  readonly keys: readonly number[];
}

/** What arrived at an NPU in a phase before. */
interface Arrival {
  readonly message: number;
  readonly first: number;
  readonly end: number;
  readonly reduces: boolean;
}

/**
 * One phase after another. A message waits for those of its own line that the line's plan names, and for
 * what earlier phases brought its sender of the same cells. With `single`, each cell travels alone.
 */
export function patternOf(phases: readonly Phase[], npus: number, single: boolean): Pattern {
  const builder = new PatternBuilder(npus, single);
  for (const [number, phase] of phases.entries()) builder.add(phase, number);
  return builder;
}

class PatternBuilder implements Pattern {
  readonly from: number[] = [];
  readonly to: number[] = [];
  readonly first: number[] = [];
  readonly length: number[] = [];
  readonly reduces: boolean[] = [];
  readonly pathStart: number[] = [0];
  readonly path: number[] = [];
  readonly needsStart: number[] = [0];
  readonly needs: number[] = [];
  readonly keys: number[] = [];
  private readonly arrivals: Arrival[][];
  /** Per NPU: how many of its arrivals were there before the phase at hand. */
  private settled: number[] = [];

  constructor(
    npus: number,
    private readonly single: boolean,
  ) {
    this.arrivals = Array.from({ length: npus }, () => []);
  }

  add(phase: Phase, number: number): void {
    this.settled = this.arrivals.map(({ length }) => length);
    for (const { line, plan } of phase.lines) this.addLine(phase, number, line, plan);
  }

  private addLine(
    { startOf, cells }: Phase,
    number: number,
    line: Line,
    { schedule, cuts, startOf: ages }: LinePlan,
  ): void {
    const start = startOf(line.npus[0] as number);
    const share = cells / line.npus.length;
    const rows = cuts.map(({ place, start: from, end: to }) => {
      const [begin, length] = place === undefined ? [start, cells] : [start + place * share, share];
      return [begin + Math.round(from * length), begin + Math.round(to * length)] as const;
    });
    const { chunk, from, to, reduces, path, pathStart, needs, needsStart } = schedule;
    /** Per transfer of the plan the first of its messages. */
    const messageOf = new Int32Array(chunk.length);
    for (let i = 0; i < chunk.length; i++) {
      const [first, end] = rows[chunk[i] as number] as readonly [number, number];
      const sender = line.npus[from[i] as number] as number;
      const receiver = line.npus[to[i] as number] as number;
      const own = needs.subarray(needsStart[i], needsStart[i + 1]);
      const isCopied = own.some((need) => reduces[need] === 0);
      messageOf[i] = this.from.length;
      for (let cell = first; cell < end; cell += this.single ? 1 : end - first) {
        const last = this.single ? cell + 1 : end;
        for (const need of own) this.needs.push((messageOf[need] as number) + (this.single ? cell - first : 0));
        if (!isCopied) this.needEarlier(sender, cell, last);
        this.needsStart.push(this.needs.length);
        for (let k = pathStart[i] as number; k < (pathStart[i + 1] as number); k++) {
          this.path.push(line.links[path[k] as number] as number);
          this.keys.push(number + (ages[k] as number));
        }
        this.pathStart.push(this.path.length);
        this.to.push(receiver);
        this.first.push(cell);
        this.length.push(last - cell);
        this.reduces.push(reduces[i] === 1);
        const message = this.from.push(sender) - 1;
        (this.arrivals[receiver] as Arrival[]).push({ message, first: cell, end: last, reduces: reduces[i] === 1 });
      }
    }
  }

  /** Waits for what earlier phases brought an NPU of some cells: copies, and what was added to cells that none replaced. */
  private needEarlier(npu: number, first: number, end: number): void {
    const arrivals = this.arrivals[npu] as Arrival[];
    const isReplaced = new Uint8Array(end - first);
    for (let k = (this.settled[npu] as number) - 1; k >= 0; k--) {
      const arrival = arrivals[k] as Arrival;
      const from = Math.max(arrival.first, first) - first;
      const to = Math.min(arrival.end, end) - first;
      if (from >= to || !isReplaced.subarray(from, to).includes(0)) continue;
      this.needs.push(arrival.message);
      if (!arrival.reduces) isReplaced.fill(1, from, to);
    }
  }
}
