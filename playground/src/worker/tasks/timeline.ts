import { type CollectiveResult, type PhaseSpan, simulateCollectiveAsync } from 'astra-sim-ts';
import { packPhases } from '../../../../src/charts/timeline/phases.js';
import type { PhaseTimeline, Task } from '../protocol.js';

/** Phases of chunks on the NPU that finishes last. */
export const timeline: Task<'timeline'> = async (spec, { signal, report }) => {
  const onProgress = ({ finished }: { readonly finished: number }) => report(finished);
  const result = await simulateCollectiveAsync({ ...spec, timeline: true, signal, onProgress });
  return packTimeline(result, result.timeline ?? []);
};

function packTimeline(result: CollectiveResult, all: readonly PhaseSpan[]): PhaseTimeline {
  const last = all.reduce<PhaseSpan | undefined>(
    (late, one) => (late === undefined || one.endNs > late.endNs ? one : late),
    undefined,
  );
  const npu = last?.npu ?? 0;
  const own = all.filter((one) => one.npu === npu);
  const spans = packPhases(own, (dimension) => nameOf(result, dimension));
  return { spans, npu, isEverybody: all.every((one) => one.npu === npu), plans: result.chunkPlans };
}

function nameOf({ dimensions, chunkPlans }: CollectiveResult, dimension: number): string {
  const one = dimensions[dimension];
  const algorithms = chunkPlans.flatMap(({ phases }) =>
    phases.filter((phase) => phase.dimension === dimension).map(({ algorithm }) => algorithm),
  );
  const isFlat = (algorithms[0] ?? '').startsWith('one-') || one?.kind === 'graph';
  return isFlat || one === undefined ? `all NPUs as one dimension` : `dimension ${dimension}: ${one.kind}(${one.npus})`;
}
