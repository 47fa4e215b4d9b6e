export { type CollectiveWorkloadOptions, collectiveWorkload } from './build/collective-graph.js';
export { type TransformerWorkload, transformerWorkload } from './build/transformer.js';
export type { TransformerOptions } from './build/transformer-model.js';
export type { GraphShape } from './check-graph.js';
export { checkGraph } from './check-graph.js';
export { programGraphs } from './custom-graphs.js';
export type { GroupAxis, NpuAxis, RelativePeer } from './relative.js';
export type { CollectiveSummary, NodeTimes, NpuTimes, WorkloadResult } from './result.js';
export type { RooflineReport } from './roofline.js';
export { simulateWorkload, simulateWorkloadAsync } from './simulate-workload.js';
export type { AlgorithmChoice, MemorySpec, RooflineSpec, WorkloadSpec } from './spec.js';
export type {
  CollectiveNode,
  ComputeNode,
  MarkerNode,
  MemoryNode,
  ReplayNode,
  TransferNode,
  WorkGraph,
  WorkNode,
} from './work-graph.js';
