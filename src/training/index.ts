export { bestChanges, bottleneckOf, type Change } from './changes.js';
export {
  type Accelerator,
  CLUSTER_PRESETS,
  type ClusterName,
  clusterTopology,
  type NumberFormat,
} from './cluster.js';
export { type MatrixEfficiency, sizedEfficiency } from './compute-time.js';
export type { MemoryUse } from './memory.js';
export type { Experts, LatentAttention, ModelSpec } from './model.js';
export type { LayerDurations } from './pieces.js';
export type { Axis, PipelineSchedule, PlanSpec, PrecisionSpec } from './plan-spec.js';
export type { TimeUse } from './play-step.js';
export { MODEL_PRESETS, type ModelName } from './presets.js';
export { simulateTraining, type TrainingResult } from './simulate-training.js';
export type { StepSpan } from './timeline.js';
export type { ClusterSpec, TrainingOptions } from './training-options.js';
export { trainingWorkload } from './training-workload.js';
export {
  type KnobWorth,
  type PlanSpace,
  type TrainingPoint,
  type TunedOptions,
  type TunedTraining,
  tuneTraining,
} from './tune-training.js';
