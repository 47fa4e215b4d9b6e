import type { WorkloadResult } from '../workload/workload-result.js';

/** A value of one NPU. */
function at<T>(values: T | readonly T[], npu: number): T {
  return Array.isArray(values) ? values[npu] : (values as T);
}

/** The lines that scripts parse, for every NPU in the order in which they finish (SPEC section 10). */
export function* reportLines(result: WorkloadResult): Generator<string> {
  const order = Array.from({ length: result.npus }, (_, npu) => npu);
  order.sort((a, b) => at(result.finishNs, a) - at(result.finishNs, b) || a - b);
  for (const npu of order) {
    const finish = at(result.finishNs, npu);
    yield `sys[${npu}] finished, ${finish} cycles, exposed communication ${at(result.exposedNs, npu)} cycles.`;
    yield `sys[${npu}], Wall time: ${finish}`;
    const comm = at(result.commNs, npu);
    const gpu = at(result.gpuNs, npu);
    const overlap = at(result.overlapNs, npu);
    if (comm > 0) yield `sys[${npu}], Comm time: ${comm}`;
    if (gpu > 0) yield `sys[${npu}], GPU time: ${gpu}`;
    if (overlap > 0) yield `sys[${npu}], Total compute-communication overlap: ${overlap}`;
    const roofline = result.roofline === undefined ? undefined : at(result.roofline, npu);
    if (roofline === undefined) continue;
    yield `sys[${npu}], Compute bound percentage: ${roofline.computeBoundPercent.toFixed(3)}%`;
    yield `sys[${npu}], Average compute utilization: ${roofline.computeUtilisationPercent.toFixed(3)}%`;
    yield `sys[${npu}], Average memory utilization: ${roofline.memoryUtilisationPercent.toFixed(3)}%`;
    yield `sys[${npu}], Average operation intensity: ${roofline.operationalIntensity.toFixed(3)}`;
  }
}

/** A few lines for people. */
export function summaryLines({ npus, timeNs, finishNs, exposedNs, engine, warnings }: WorkloadResult): string[] {
  const range = (values: number | readonly number[]) => {
    if (typeof values === 'number') return `${values} ns`;
    const low = values.reduce((a, b) => Math.min(a, b));
    const high = values.reduce((a, b) => Math.max(a, b));
    return low === high ? `${low} ns` : `${low} to ${high} ns`;
  };
  return [
    `${npus} NPUs; the last finishes at ${timeNs} ns (finish: ${range(finishNs)}; exposed communication: ${range(exposedNs)})`,
    `${engine.events} events, ${engine.messages} messages; ${engine.reason}`,
    ...new Set(warnings.map(({ message }) => `warning: ${message}`)),
  ];
}
