import { expect } from 'vitest';
import type { PhaseSpan } from '../../src/engine/span.js';
import {
  type CollectiveResult,
  type CollectiveSpec,
  ConfigError,
  SimulationError,
  simulateCollective,
} from '../../src/index.js';
import type { PhaseReport } from '../../src/report/result.js';
import { phasesOf } from './phases-of.js';

// Laws that several tests hold results to. Each takes what was asked and what came out.

/** Half-open: a phase that ends as another starts does not run beside it, one of 0 ns runs beside none. */
const runsAt = (time: number) => (span: PhaseSpan) => span.startNs <= time && time < span.endNs;

/** Streams that one queue may run (docs/model.md, section 6); defaults those of the spec. */
export function windowOf({ activeChunks = 1, queuesPerDimension = 1 }: CollectiveSpec): number {
  return Math.ceil(activeChunks / queuesPerDimension);
}

/** When a chunk came to the queue of each of its phases: at the end of the phase before, the first at 0. */
export function arrivals(timeline: readonly PhaseSpan[]): Map<PhaseSpan, number> {
  const ends = new Map(timeline.map((span) => [`${span.npu}/${span.chunk}/${span.phase}`, span.endNs]));
  return new Map(timeline.map((span) => [span, ends.get(`${span.npu}/${span.chunk}/${span.phase - 1}`) ?? 0]));
}

/** The spans of each queue of each NPU, in order of start. */
export function byQueue(timeline: readonly PhaseSpan[]): PhaseSpan[][] {
  return [...groupBy(timeline, ({ npu, dimension, queue }) => `${npu}/${dimension}/${queue}`).values()];
}

// Map.groupBy is not there in Node 20.
function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** Every chunk passes every phase once, in order, none before the one before has ended. */
export function passesPhasesInOrder(result: CollectiveResult, timeline: readonly PhaseSpan[]): void {
  const { chunks, timeNs } = result;
  const phases = phasesOf(result);
  const arrived = arrivals(timeline);
  const spans = groupBy(timeline, ({ npu, chunk }) => `${npu}/${chunk}`);
  const npus = [...new Set(timeline.map(({ npu }) => npu))];
  const all = npus.flatMap((npu) => Array.from({ length: chunks }, (_, chunk) => `${npu}/${chunk}`));
  expect([...spans.keys()].sort()).toEqual(all.sort());
  for (const unordered of spans.values()) {
    const own = unordered.toSorted((a, b) => a.phase - b.phase);
    expect(own.map(({ phase }) => phase)).toEqual(phases.map((_, phase) => phase));
    for (const [i, span] of own.entries()) {
      const { collective, dimension } = phases[i] as PhaseReport;
      expect(span).toMatchObject({ collective, dimension });
      expect(span.startNs).toBeGreaterThanOrEqual(arrived.get(span) as number);
      expect(span.endNs).toBeGreaterThanOrEqual(span.startNs);
    }
  }
  expect(Math.max(...timeline.map(({ endNs }) => endNs))).toBe(timeNs);
}

/** Where the phase engine ran, the timeline is in order of start and every phase lasts as long as it always does. */
export function lastsAsItAlwaysDoes(result: CollectiveResult, timeline: readonly PhaseSpan[]): void {
  const { engine } = result;
  const phases = phasesOf(result);
  if (engine.name !== 'phase') return;
  const starts = timeline.map(({ startNs }) => startNs);
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  for (const { phase, startNs, endNs } of timeline) expect(endNs - startNs).toBe(phases[phase]?.durationNs);
  expect(engine.events).toBe(timeline.length);
}

/** No queue runs more streams than its window. */
export function keepsWindow(spec: CollectiveSpec, timeline: readonly PhaseSpan[]): void {
  for (const queue of byQueue(timeline)) {
    for (const { startNs } of queue) expect(queue.filter(runsAt(startNs)).length).toBeLessThanOrEqual(windowOf(spec));
  }
}

/** Who comes first starts first; of those who come at 0, chunks in order. */
export function neverOvertakes(timeline: readonly PhaseSpan[]): void {
  const arrived = arrivals(timeline);
  const came = (span: PhaseSpan) => arrived.get(span) as number;
  for (const queue of byQueue(timeline)) {
    // Of those that start together any may have come first.
    const started = queue.toSorted((a, b) => a.startNs - b.startNs || came(a) - came(b) || a.chunk - b.chunk);
    expect(started.map(came)).toEqual(started.map(came).toSorted((a, b) => a - b));
    const first = started.filter((span) => span.phase === 0).map(({ chunk }) => chunk);
    expect(first).toEqual(first.toSorted((a, b) => a - b));
  }
}

/** While a stream waits, its queue runs as many as it may: at every instant something starts or ends in it. */
export function neverIdles(spec: CollectiveSpec, timeline: readonly PhaseSpan[]): void {
  const arrived = arrivals(timeline);
  for (const queue of byQueue(timeline)) {
    const instants = [...new Set(queue.flatMap(({ startNs, endNs }) => [startNs, endNs]))];
    for (const span of queue) {
      const came = arrived.get(span) as number;
      const waited = [came, ...instants].filter((time) => came <= time && time < span.startNs);
      for (const time of waited) expect(queue.filter(runsAt(time)).length).toBe(windowOf(spec));
    }
  }
}

/** Total length of the union of intervals. */
export function unionNs(spans: readonly Pick<PhaseSpan, 'startNs' | 'endNs'>[]): number {
  let total = 0;
  let until = 0;
  for (const { startNs, endNs } of spans.toSorted((a, b) => a.startNs - b.startNs)) {
    total += Math.max(0, endNs - Math.max(startNs, until));
    until = Math.max(until, endNs);
  }
  return total;
}

/** What no result may lack, whatever was asked: whole ns, finite numbers, data that survive JSON. */
export function isSound(result: CollectiveResult): void {
  expect(Number.isSafeInteger(result.timeNs)).toBe(true);
  expect(result.timeNs).toBeGreaterThanOrEqual(0);
  expect(result.finishNs).toBe(result.timeNs);
  const numbers = [result.algbwGBps, result.busbwGBps].concat(
    result.dimensions.flatMap(({ bytesSentPerNpu, wireNs, busyNs, utilisation }) => [
      bytesSentPerNpu,
      wireNs,
      busyNs,
      utilisation,
    ]),
  );
  expect(numbers.filter((number) => !Number.isFinite(number) || number < 0)).toEqual([]);
  expect(JSON.parse(JSON.stringify(result))).toEqual(result);
}

/**
 * Simulates whatever it is given. The only ways out are a sound result and an error that
 * says what is wrong; anything else (TypeError, RangeError, NaN) is thrown on.
 */
export function outcomeOf(spec: unknown): CollectiveResult | ConfigError | SimulationError {
  let result: CollectiveResult;
  try {
    result = simulateCollective(spec as CollectiveSpec);
  } catch (error) {
    if (error instanceof SimulationError) {
      expect(error.timeNs).not.toBeNaN();
      return error;
    }
    if (!(error instanceof ConfigError)) throw error;
    expect(error.issues.length).toBeGreaterThan(0);
    for (const { path, expected, got } of error.issues) {
      expect([typeof path, typeof expected, typeof got]).toEqual(['string', 'string', 'string']);
      expect(expected).not.toBe('');
    }
    return error;
  }
  isSound(result);
  return result;
}
