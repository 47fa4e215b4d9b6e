import type { LinkGraph } from '../../topology/link-graph.js';
import { reverseGraph } from '../../topology/reverse-graph.js';
import { replay } from '../replay.js';
import { reverseSchedule } from '../reversal.js';
import { busiestNs, type TransferSchedule } from '../schedule.js';
import type { Line } from './levels.js';

/** What a level does: gathers, reduces and scatters, or both at once. */
export type PhaseKind = 'all-gather' | 'reduce-scatter' | 'all-reduce';

/** A part of a line's data: of the share of a place, or of all. */
export interface Cut {
  /** Whose share; undefined: all. */
  readonly place: number | undefined;
  /** From 0 to 1. */
  readonly start: number;
  readonly end: number;
}

/** What the NPUs of a line do. */
export interface LinePlan {
  /** On the line's graph. */
  readonly schedule: TransferSchedule;
  /** Per chunk. */
  readonly cuts: readonly Cut[];
  /** Per entry of the schedule's `path`, its start as a part of the whole, from 0 to 1. */
  readonly startOf: Float64Array;
  /** How long the busiest link is, per byte of the whole data. */
  readonly busyNsPerByte: number;
}

/** The shortest schedule for a line that could be found. */
export type MakeSchedule = (
  graph: LinkGraph,
  collective: 'all-gather' | 'all-reduce',
  bytes: number,
) => TransferSchedule | undefined;

/** Plans for lines, made once for all lines that are alike. */
export class LinePlans {
  private readonly known = new Map<string, LinePlan | undefined>();

  constructor(private readonly make: MakeSchedule) {}

  /** @param bytes data that the whole line has. Undefined where nothing can be made for it. */
  planOf({ graph, key }: Line, kind: PhaseKind, bytes: number): LinePlan | undefined {
    const name = `${kind} ${bytes} ${key}`;
    if (!this.known.has(name)) this.known.set(name, this.made(graph, kind, bytes));
    return this.known.get(name);
  }

  private made(graph: LinkGraph, kind: PhaseKind, bytes: number): LinePlan | undefined {
    if (kind !== 'reduce-scatter') {
      const schedule = this.make(graph, kind, bytes);
      return schedule && planned(schedule, graph, kind);
    }
    const gather = this.make(reverseGraph(graph), 'all-gather', bytes);
    return gather && planned(reverseSchedule(gather, graph), graph, kind);
  }
}

function planned(schedule: TransferSchedule, graph: LinkGraph, kind: PhaseKind): LinePlan {
  const { hopStartNs, finishNs } = replay(schedule, graph, { order: 'planned' });
  const { chunk, bytes, chunkSource, chunkTarget } = schedule;
  const sizes = new Float64Array(chunkSource.length);
  for (const [i, c] of chunk.entries()) sizes[c] = bytes[i] as number;
  const placeOf = { 'all-gather': chunkSource, 'reduce-scatter': chunkTarget, 'all-reduce': undefined }[kind];
  const totals = new Map<number | undefined, number>();
  const starts = Array.from(sizes, (size, c) => {
    const start = totals.get(placeOf?.[c]) ?? 0;
    totals.set(placeOf?.[c], start + size);
    return start;
  });
  const cuts = starts.map((start, c): Cut => {
    const place = placeOf?.[c];
    const total = totals.get(place) as number;
    return { place, start: start / total, end: (start + (sizes[c] as number)) / total };
  });
  const all = sizes.reduce((sum, size) => sum + size, 0);
  return {
    schedule,
    cuts,
    startOf: hopStartNs.map((ns) => ns / finishNs),
    busyNsPerByte: busiestNs(schedule, graph) / all,
  };
}
