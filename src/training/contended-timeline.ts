import type { NodeTimes } from '../workload/result.js';
import type { Contention } from './contention.js';
import { expandNpu } from './expand-step.js';
import { coordinatesOf } from './layout.js';
import type { TrainingStep } from './step.js';
import type { StepNode } from './step-graph.js';
import { type Interval, type PieceTimes, type StageClock, type StepSpan, spansOf } from './step-spans.js';

/**
 * A step with queues at links, span by span: of the NPU of each stage that finishes last, and of
 * those that finish together of the first.
 */
export function* contendedTimeline(
  step: TrainingStep,
  { nodeTimes: byNpu, parts }: Contention,
  withPieces: boolean,
): Generator<StepSpan> {
  const finishNs = byNpu.map(({ endNs }) => endNs.reduce((latest, ns) => Math.max(latest, ns), 0));
  const stageOf = byNpu.map((_, npu) => coordinatesOf(step.plan, npu).pipeline);
  for (const graph of step.stages) {
    const own = [...byNpu.keys()].filter((npu) => stageOf[npu] === graph.stage);
    const last = own.reduce((a, b) => ((finishNs[b] as number) > (finishNs[a] as number) ? b : a));
    const times = byNpu[last] as NodeTimes;
    const alike = own.filter((npu) => isSame(byNpu[npu] as NodeTimes, times)).length;
    yield* spansOf(graph, alike, clockOf(times, expandNpu(step, last, parts).bounds), withPieces);
  }
}

/** @param bounds - of the nodes that each node of the stage has become. */
function clockOf({ startNs, endNs }: NodeTimes, bounds: readonly (readonly number[])[]): StageClock {
  const ends: number[] = [];
  /** From the first start to the last end; at a time where there are no nodes: nothing is sent. */
  const over = (first: number, end: number, otherwiseNs: number): Interval => {
    if (first === end) return { startNs: otherwiseNs, endNs: otherwiseNs };
    const [starts, stops] = [startNs.slice(first, end), endNs.slice(first, end)];
    return {
      startNs: starts.reduce((a, b) => Math.min(a, b)),
      endNs: stops.reduce((a, b) => Math.max(a, b)),
    };
  };
  const node = ({ id, after }: StepNode): Interval => {
    const own = bounds[id] as readonly number[];
    const readyNs = after.reduce((latest, other) => Math.max(latest, ends[other] as number), 0);
    const interval = over(own[0] as number, own.at(-1) as number, readyNs);
    ends[id] = interval.endNs;
    return interval;
  };
  return {
    node,
    *pieces(segment): Generator<PieceTimes> {
      const own = bounds[segment.id] as readonly number[];
      let now = node(segment).startNs;
      for (const [i, { kind }] of segment.pieces.entries()) {
        const [first, end] = [own[i] as number, own[i + 1] as number];
        if (kind === 'compute') yield { computation: over(first, end, now) };
        else if (kind === 'collective') yield { communication: over(first, end, now) };
        // A send, a receive, and last what is computed beside them.
        else yield { computation: over(end - 1, end, now), communication: over(first, end - 1, now) };
        now = over(first, end, now).endNs;
      }
    },
  };
}

function isSame(one: NodeTimes, other: NodeTimes): boolean {
  const equal = (a: readonly number[], b: readonly number[]) =>
    a.length === b.length && a.every((ns, i) => ns === b[i]);
  return one === other || (equal(one.startNs, other.startNs) && equal(one.endNs, other.endNs));
}
