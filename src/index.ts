export type { Bounds } from './analysis/bounds.js';
export { type Explanation, explainCollective } from './analysis/explain.js';
export { type NetworkBound, type NetworkBoundRequest, networkBound } from './analysis/network-bound.js';
export { type AstraSimCollective, fromAstraSim } from './astra-sim/from-astra-sim.js';
export type { AlgorithmName } from './collectives/algorithms.js';
export type { Collective } from './collectives/collective.js';
export type { Decomposition } from './collectives/plan.js';
export type { EngineName } from './engine/choice.js';
export type { NetworkModel, PhaseSpan, Routing } from './engine/job.js';
export type { LinkReport } from './engine/link-network.js';
export type { Progress } from './engine/run.js';
export { ConfigError, InvariantError, type Issue, SimulationError, type StuckChunk } from './errors.js';
export { type ChartSpec, renderSvg } from './picture/render.js';
export { ganttChart, type TimelineChart, utilisationChart } from './picture/timeline-charts.js';
export { type TraceEvent, type TraceFile, toTrace } from './picture/trace.js';
export type { CollectiveResult, DimensionReport, EngineReport, LinkSummary, PhaseReport } from './result.js';
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
export type { CollectiveOptions, CollectiveSpec, DimensionSpec } from './spec.js';
export type { AxisValues, RangeValues, SpecTemplate, SweepDefinition, TuneSection } from './sweep/definition.js';
export type { PointResult, SweepRow } from './sweep/row.js';
export type { Shard } from './sweep/shard.js';
export { type Sweep, type SweepCount, type SweepOptions, type SweepProgress, sweep } from './sweep/sweep.js';
export type { Evaluator } from './sweep/tune/evaluator.js';
export type { Score } from './sweep/tune/score.js';
export type { Alternative, Sensitivity } from './sweep/tune/sensitivity.js';
export { type TunedPoint, type TuneOptions, type TuneProgress, type TuneResult, tune } from './sweep/tune/tune.js';
export type { DimensionKind } from './topology/dimension.js';
export { formatBytes, parseQuantity, type Quantity, type QuantityKind } from './units.js';
export type { Warning, WarningCode } from './warnings.js';
export { type CollectiveTraceOptions, collectiveTraces } from './workload/build/collective-trace.js';
export { type TransformerWorkload, transformerWorkload } from './workload/build/transformer.js';
export type { TransformerOptions } from './workload/build/transformer-model.js';
export { checkGraph } from './workload/chakra/check-graph.js';
export type { AttributeValue, NodeKind, Trace, TraceNode } from './workload/chakra/graph.js';
export { readTrace, readTraceNodes } from './workload/chakra/read-trace.js';
export { writeTrace } from './workload/chakra/write-trace.js';
export type { MscclAlgorithm } from './workload/msccl/algorithm.js';
export { checkAlgorithm } from './workload/msccl/check-algorithm.js';
export { type MscclTraceOptions, type MscclTraces, mscclTraces } from './workload/msccl/msccl-traces.js';
export { readMscclAlgorithm } from './workload/msccl/read-msccl.js';
export type { TraceInput, WorkloadInput } from './workload/set-up.js';
export { simulateWorkload } from './workload/simulate-workload.js';
export type { PerNpu, WorkloadResult } from './workload/workload-result.js';
