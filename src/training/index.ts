export { bestChanges, bottleneckOf, type Change } from './changes.js';
export { type Accelerator, CLUSTER_PRESETS, type NumberFormat } from './cluster.js';
export { type MatrixEfficiency, sizedEfficiency } from './compute-time.js';
export type { MeasuredDurations, PassDurations } from './durations.js';
export { type MeasuredStep, readMeasuredSteps } from './measured-steps.js';
export type { MemoryUse } from './memory.js';
export type { Experts, LatentAttention, ModelSpec } from './model.js';
export { type PlanSpace, planSpace } from './plan-space.js';
export type { Axis, PipelineSchedule, PlanSpec, PrecisionSpec } from './plan-spec.js';
export type { TimeUse } from './play-step.js';
export { MODEL_PRESETS, type ModelName } from './presets.js';
export type { KnobWorth, TrainingPoint, TunedTraining } from './ranked.js';
export { type ScaledTraining, scaleTraining, type TunedSize } from './scale-training.js';
export { simulateTraining, type TrainingResult } from './simulate-training.js';
export type { SpanKind, StepSpan } from './step-spans.js';
export { trainingTimeline } from './timeline.js';
export type { ClusterSpec, TrainingOptions } from './training-options.js';
export { trainingWorkload } from './training-workload.js';
export { type TunedOptions, tuneTraining } from './tune-training.js';
export {
  type FittedEfficiency,
  type Fold,
  type PredictedStep,
  type TrainingValidation,
  validateTraining,
} from './validate.js';
