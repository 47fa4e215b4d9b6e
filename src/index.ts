export { ConfigError, InvariantError, type Issue, SimulationError, type StuckChunk } from './base/errors.js';
export type { Progress } from './base/limits.js';
export { formatBytes, parseQuantity, type Quantity, type QuantityKind } from './base/units.js';
export type { Warning, WarningCode } from './base/warnings.js';
export type { Decomposition, EngineName, NetworkModel, Routing } from './base/words.js';
export type { Bounds } from './bounds/bounds.js';
export { type NetworkBound, type NetworkBoundRequest, networkBound } from './bounds/network-bound.js';
export { type ChartSpec, renderSvg } from './charts/render.js';
export { ganttChart, type TimelineChart, utilisationChart } from './charts/timeline-charts.js';
export type { AlgorithmName } from './collectives/algorithms.js';
export type { Collective } from './collectives/collective.js';
export type { LinkReport } from './engine/message/link-network.js';
export type { PhaseSpan } from './engine/span.js';
export { type Explanation, explainCollective } from './explain/explain.js';
export { type AstraSimCollective, fromAstraSim } from './formats/astra-sim/from-astra-sim.js';
export {
  type AstraSimWorkload,
  type TraceInput,
  workloadFromAstraSim,
} from './formats/astra-sim/workload-from-astra-sim.js';
export type { AttributeValue, NodeKind, Trace, TraceNode } from './formats/chakra/graph.js';
export { readTrace, readTraceNodes } from './formats/chakra/read-trace.js';
export { traceOf } from './formats/chakra/trace-of.js';
export { workGraphOf } from './formats/chakra/work-graph.js';
export { writeTrace } from './formats/chakra/write-trace.js';
export type { MscclAlgorithm } from './formats/msccl/algorithm.js';
export { checkAlgorithm } from './formats/msccl/check-algorithm.js';
export { type MscclTraceOptions, type MscclTraces, mscclTraces } from './formats/msccl/msccl-traces.js';
export { readMscclAlgorithm } from './formats/msccl/read-msccl.js';
export { type TraceEvent, type TraceFile, toTrace } from './formats/perfetto.js';
export type { CollectiveResult, DimensionReport, EngineReport, LinkSummary, PhaseReport } from './report/result.js';
export type { InterDimensionScheduling } from './scheduler/dimension-order.js';
export type { SchedulingPolicy } from './scheduler/stream-scheduler.js';
export type { IntraDimensionScheduling } from './scheduler/waiting-order.js';
export {
  simulateAllGather,
  simulateAllReduce,
  simulateAllToAll,
  simulateCollective,
  simulateCollectiveAsync,
  simulateReduceScatter,
} from './simulate.js';
export type { CollectiveOptions, CollectiveSpec, DimensionSpec } from './spec/spec.js';
export type { AxisValues, RangeValues, SpecTemplate, SweepDefinition, TuneSection } from './sweep/definition.js';
export type { PointResult, SweepRow } from './sweep/row.js';
export type { Shard } from './sweep/shard.js';
export { type Sweep, type SweepCount, type SweepOptions, type SweepProgress, sweep } from './sweep/sweep.js';
export type { Evaluator } from './sweep/tune/evaluator.js';
export type { Score } from './sweep/tune/score.js';
export type { Alternative, Sensitivity } from './sweep/tune/sensitivity.js';
export { type TunedPoint, type TuneOptions, type TuneProgress, type TuneResult, tune } from './sweep/tune/tune.js';
export type { DimensionKind } from './topology/dimension.js';
export { bestChanges, bottleneckOf, type Change } from './training/changes.js';
export {
  type Accelerator,
  CLUSTER_PRESETS,
  type ClusterName,
  clusterTopology,
} from './training/cluster.js';
export { type MatrixEfficiency, sizedEfficiency } from './training/compute-time.js';
export type { MemoryUse } from './training/memory.js';
export type { ModelSpec } from './training/model.js';
export type { PlanSpec } from './training/plan-spec.js';
export type { TimeUse } from './training/play-step.js';
export { MODEL_PRESETS, type ModelName } from './training/presets.js';
export { simulateTraining, type TrainingResult } from './training/simulate-training.js';
export type { ClusterSpec, TrainingOptions } from './training/training-options.js';
export { trainingWorkload } from './training/training-workload.js';
export { type PlanSpace, type TrainingPoint, type TunedTraining, tuneTraining } from './training/tune-training.js';
export { type CollectiveWorkloadOptions, collectiveWorkload } from './workload/build/collective-graph.js';
export { type TransformerWorkload, transformerWorkload } from './workload/build/transformer.js';
export type { TransformerOptions } from './workload/build/transformer-model.js';
export { checkGraph } from './workload/check-graph.js';
export type { CollectiveSummary, NpuTimes, WorkloadResult } from './workload/result.js';
export { simulateWorkload, simulateWorkloadAsync } from './workload/simulate-workload.js';
export type { WorkloadSpec } from './workload/spec.js';
export type { WorkGraph, WorkNode } from './workload/work-graph.js';
