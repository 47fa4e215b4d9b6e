export { type CollectiveTraceOptions, collectiveTraces } from './build/collective-trace.js';
export { type TransformerWorkload, transformerWorkload } from './build/transformer.js';
export type { TransformerOptions } from './build/transformer-model.js';
export type { TraceInput, WorkloadInput } from './set-up.js';
export { simulateWorkload } from './simulate-workload.js';
export type { PerNpu, WorkloadResult } from './workload-result.js';
