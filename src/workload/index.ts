export { type CollectiveWorkloadOptions, collectiveWorkload } from './build/collective-graph.js';
export { type TransformerWorkload, transformerWorkload } from './build/transformer.js';
export type { TransformerOptions } from './build/transformer-model.js';
export { checkGraph } from './check-graph.js';
export type { CollectiveSummary, NpuTimes, WorkloadResult } from './result.js';
export { simulateWorkload, simulateWorkloadAsync } from './simulate-workload.js';
export type { WorkloadSpec } from './spec.js';
export type { WorkGraph, WorkNode } from './work-graph.js';
