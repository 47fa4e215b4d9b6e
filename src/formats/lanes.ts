import type { PhaseSpan } from '../engine/span.js';

/**
 * Assigns each span of an NPU the lowest lane of its dimension that is free when it starts, so spans of one
 * lane do not overlap.
 */
export function lanesOf(spans: readonly PhaseSpan[]): number[] {
  const order = spans.map((_, i) => i).sort((a, b) => start(spans, a) - start(spans, b));
  /** Per dimension and lane: when it becomes free. */
  const free = new Map<number, number[]>();
  const lanes = spans.map(() => 0);
  for (const i of order) {
    const { dimension, startNs, endNs } = spans[i] as PhaseSpan;
    const ends = free.get(dimension) ?? [];
    free.set(dimension, ends);
    const found = ends.findIndex((end) => end <= startNs);
    const lane = found < 0 ? ends.length : found;
    ends[lane] = endNs;
    lanes[i] = lane;
  }
  return lanes;
}

function start(spans: readonly PhaseSpan[], i: number): number {
  return (spans[i] as PhaseSpan).startNs;
}
