import type { PhaseSpan } from '../engine/span.js';
import type { CollectiveJob } from '../plan/job.js';
import type { Phase } from '../plan/phases.js';
import { type Cost, type PhaseChain, spend } from './phase-cost.js';

/** One phase on the critical path. */
export interface Segment extends Cost {
  readonly chunk: number;
  readonly phase: number;
  readonly dimension: number;
  readonly startNs: number;
  readonly endNs: number;
  /**
   * What started it: the previous phase of the same chunk, room in its queue left by another
   * chunk, or the start of the collective.
   */
  readonly after: 'own phase' | 'room' | 'start';
}

/**
 * The chain of phases that ends with the last one: each began when the previous one on the path
 * ended, so together they fill the time since the first began. From the timeline of the NPU that finished last.
 */
export function criticalPath(
  timeline: readonly PhaseSpan[],
  job: CollectiveJob,
  chains: ReadonlyMap<Phase, PhaseChain>,
): Segment[] {
  const last = timeline.reduce((latest, span) => (span.endNs > latest.endNs ? span : latest), timeline[0] as PhaseSpan);
  const spans = timeline.filter(({ npu }) => npu === last.npu);
  const ending = new Map<number, PhaseSpan[]>();
  for (const span of spans) {
    const together = ending.get(span.endNs);
    if (together === undefined) ending.set(span.endNs, [span]);
    else together.push(span);
  }
  const path: Segment[] = [];
  let next: PhaseSpan | undefined = last;
  while (next !== undefined) {
    const span: PhaseSpan = next;
    const { chunk, phase: at, dimension, queue, startNs, endNs } = span;
    const phase = (job.chunks[chunk] as readonly Phase[])[at] as Phase;
    const candidates: PhaseSpan[] = (ending.get(startNs) ?? []).filter((one) => one !== span);
    const own: PhaseSpan | undefined = candidates.find((one) => one.chunk === chunk && one.phase === at - 1);
    const room: PhaseSpan | undefined = candidates.find((one) => one.dimension === dimension && one.queue === queue);
    const before: PhaseSpan | undefined = own ?? room;
    path.push({
      ...{ chunk, phase: at, dimension, startNs, endNs },
      ...spend(chains.get(phase) as PhaseChain, endNs - startNs),
      after: own !== undefined ? 'own phase' : room !== undefined ? 'room' : 'start',
    });
    // Phases that take no time could form a cycle.
    next = startNs === endNs && before?.startNs === startNs ? undefined : before;
  }
  return path.reverse();
}
