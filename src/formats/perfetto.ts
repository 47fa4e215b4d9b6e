import type { CircuitSpan, PhaseSpan } from '../engine/span.js';
import { lanesOf } from './lanes.js';
import { checkReconfigurations, checkTimeline } from './timeline.js';

/** An event of the Chrome trace format, as Perfetto reads it: times in microseconds. */
export interface PerfettoEvent {
  readonly ph: 'X' | 'M' | 'C';
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly args: Readonly<Record<string, string | number>>;
}

/** A trace file for https://ui.perfetto.dev or chrome://tracing. */
export interface PerfettoFile {
  readonly displayTimeUnit: 'ns';
  readonly traceEvents: readonly PerfettoEvent[];
}

/** Thread numbers per dimension; lanes of circuits follow. */
const LANES = 1_000_000;
const SWITCHES = 500_000;

const US = 1000;

/**
 * The phases of a run as a Chrome trace: a process per NPU with lanes per dimension, on which
 * no two phases overlap, and counters of the chunks under way in each dimension.
 * @param timeline - of a result with `timeline: true`.
 * @param reconfigurations - of the same result, if a dimension has circuits: adds a lane for each switch.
 * @throws ConfigError if it is not a timeline.
 */
export function toPerfetto(
  timeline: readonly PhaseSpan[],
  reconfigurations: readonly CircuitSpan[] = [],
): PerfettoFile {
  checkTimeline(timeline);
  checkReconfigurations(reconfigurations);
  const events: PerfettoEvent[] = [];
  const npus = [...new Set(timeline.map(({ npu }) => npu))].sort((a, b) => a - b);
  for (const npu of npus) {
    const spans = timeline.filter((span) => span.npu === npu);
    const name = npus.length === 1 ? 'every NPU' : `NPU ${npu}`;
    events.push({ ph: 'M', name: 'process_name', pid: npu, tid: 0, args: { name } });
    const lanes = lanesOf(spans);
    const threads = new Set<number>();
    for (const [i, { chunk, phase, collective, dimension, queue, startNs, endNs }] of spans.entries()) {
      const lane = lanes[i] as number;
      const tid = dimension * LANES + lane;
      if (!threads.has(tid)) {
        threads.add(tid);
        const args = { name: `dimension ${dimension}, lane ${lane}` };
        events.push({ ph: 'M', name: 'thread_name', pid: npu, tid, args });
        events.push({ ph: 'M', name: 'thread_sort_index', pid: npu, tid, args: { sort_index: tid } });
      }
      events.push({
        ...{ ph: 'X', name: `chunk ${chunk}: ${collective}`, cat: collective, pid: npu, tid },
        ...{ ts: startNs / US, dur: (endNs - startNs) / US, args: { chunk, phase, dimension, queue } },
      });
    }
    events.push(...counters(spans, npu));
  }
  events.push(...changes(reconfigurations));
  return { displayTimeUnit: 'ns', traceEvents: events };
}

function changes(reconfigurations: readonly CircuitSpan[]): PerfettoEvent[] {
  const named = new Set<string>();
  return reconfigurations.flatMap(({ npu: pid, dimension, switch: place, to, startNs, endNs }): PerfettoEvent[] => {
    const tid = dimension * LANES + SWITCHES + place;
    const args = { name: `dimension ${dimension}, circuits of switch ${place}` };
    const head: PerfettoEvent[] = [
      { ph: 'M', name: 'thread_name', pid, tid, args },
      { ph: 'M', name: 'thread_sort_index', pid, tid, args: { sort_index: tid } },
    ];
    const isNew = !named.has(`${pid} ${tid}`);
    named.add(`${pid} ${tid}`);
    return [
      ...(isNew ? head : []),
      {
        ...{ ph: 'X', name: `circuit to NPU ${to}`, cat: 'reconfiguration', pid, tid },
        ...{ ts: startNs / US, dur: (endNs - startNs) / US, args: { dimension, switch: place, to } },
      },
    ];
  });
}

function counters(spans: readonly PhaseSpan[], pid: number): PerfettoEvent[] {
  return underWay(spans).map(({ dimension, timeNs, chunks }) => ({
    ...{ ph: 'C', name: `chunks under way in dimension ${dimension}`, pid, tid: 0 },
    ...{ ts: timeNs / US, args: { chunks } },
  }));
}

/** Number of chunks under way in a dimension from a time on. */
export interface UnderWay {
  readonly dimension: number;
  readonly timeNs: number;
  readonly chunks: number;
}

/** The number of chunks under way in each dimension, at every change. */
export function underWay(spans: readonly PhaseSpan[]): UnderWay[] {
  const dimensions = [...new Set(spans.map(({ dimension }) => dimension))].sort((a, b) => a - b);
  return dimensions.flatMap((dimension) => {
    const changes = new Map<number, number>();
    for (const span of spans) {
      if (span.dimension !== dimension) continue;
      changes.set(span.startNs, (changes.get(span.startNs) ?? 0) + 1);
      changes.set(span.endNs, (changes.get(span.endNs) ?? 0) - 1);
    }
    let chunks = 0;
    return [...changes]
      .sort(([a], [b]) => a - b)
      .filter(([, change]) => change !== 0)
      .map(([timeNs, change]) => {
        chunks += change;
        return { dimension, timeNs, chunks };
      });
  });
}
