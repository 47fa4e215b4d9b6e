import type { NpuTimes, WorkloadResult } from '../workload/result.js';

/** The times of an NPU. */
function timesOf({ times, timesByNpu }: WorkloadResult, npu: number): NpuTimes {
  return timesByNpu?.[npu] ?? times;
}

/**
 * The exposed communication that the reference prints: for a replayed recording the finish minus
 * the time of everything replayed, which is negative if nodes overlap.
 */
export function exposedInReference({ finishNs, exposedNs, replayedNs }: NpuTimes): number {
  return replayedNs === undefined ? exposedNs : finishNs - replayedNs;
}

/** The lines that scripts parse, for every NPU in order of finish. */
export function* reportLines(result: WorkloadResult): Generator<string> {
  const order = Array.from({ length: result.npus }, (_, npu) => npu);
  order.sort((a, b) => timesOf(result, a).finishNs - timesOf(result, b).finishNs || a - b);
  for (const npu of order) {
    const times = timesOf(result, npu);
    const { finishNs, commNs, gpuNs, overlapNs, roofline } = times;
    const exposed = Math.max(0, exposedInReference(times));
    yield `sys[${npu}] finished, ${finishNs} cycles, exposed communication ${exposed} cycles.`;
    yield `sys[${npu}], Wall time: ${finishNs}`;
    if (commNs > 0) yield `sys[${npu}], Comm time: ${commNs}`;
    if (gpuNs > 0) yield `sys[${npu}], GPU time: ${gpuNs}`;
    if (overlapNs > 0) yield `sys[${npu}], Total compute-communication overlap: ${overlapNs}`;
    if (roofline === undefined) continue;
    yield `sys[${npu}], Compute bound percentage: ${roofline.computeBoundPercent.toFixed(3)}%`;
    yield `sys[${npu}], Average compute utilization: ${roofline.computeUtilisationPercent.toFixed(3)}%`;
    yield `sys[${npu}], Average memory utilization: ${roofline.memoryUtilisationPercent.toFixed(3)}%`;
    yield `sys[${npu}], Average operation intensity: ${roofline.operationalIntensity.toFixed(3)}`;
  }
}

/** A short summary. */
export function summaryLines(result: WorkloadResult): string[] {
  const { npus, timeNs, times, timesByNpu = [times], engine, warnings } = result;
  const range = (of: (one: NpuTimes) => number) => {
    const values = timesByNpu.map(of);
    const low = values.reduce((a, b) => Math.min(a, b));
    const high = values.reduce((a, b) => Math.max(a, b));
    return low === high ? `${low} ns` : `${low} to ${high} ns`;
  };
  const exposed = range((one) => Math.max(0, exposedInReference(one)));
  const below = timesByNpu.filter((one) => exposedInReference(one) < 0).length;
  const finish = range((one) => one.finishNs);
  return [
    `${npus} NPUs; the last finishes at ${timeNs} ns (finish: ${finish}; exposed communication: ${exposed})`,
    ...(below === 0
      ? []
      : [
          'replayed nodes overlap, so their times add up to more than the finish: 0 is printed for what the reference lets pass below zero',
        ]),
    `${engine.events} events, ${engine.messages} messages; ${engine.reason}`,
    ...new Set(warnings.map(({ message }) => `warning: ${message}`)),
  ];
}
