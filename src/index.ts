export { ConfigError, InvariantError, type Issue, SimulationError, type StuckChunk } from './base/errors.js';
export type { Progress } from './base/limits.js';
export { formatBytes, parseQuantity, type Quantity, type QuantityKind } from './base/units.js';
export type { Warning, WarningCode } from './base/warnings.js';
export type { Decomposition, EngineName, NetworkModel, Routing } from './base/words.js';
export type { Bounds } from './bounds/bounds.js';
export type { NetworkBound } from './bounds/grid-bound.js';
export type { LinkLoad } from './bounds/link-load.js';
export { type NetworkBoundRequest, networkBound } from './bounds/network-bound.js';
export type { PlanBound } from './bounds/plan-bound.js';
export type { AlgorithmName } from './collectives/algorithms.js';
export type { Collective, EvenCollective, RootedCollective, SymmetricCollective } from './collectives/collective.js';
export type { StepTerms } from './collectives/priced-program.js';
export type { LinkReport } from './engine/message/link-servers.js';
export type { MessageSpan } from './engine/message/message-log.js';
export type { CircuitSpan, PhaseSpan } from './engine/span.js';
export type { Segment } from './explain/critical-path.js';
export type { PhaseExplanation } from './explain/explain.js';
export { type Explanation, explainCollective, explainCollectiveAsync } from './explain/explain.js';
export type { Cost } from './explain/phase-cost.js';
export type { Variant } from './explain/variants.js';
export type { NcclPlan } from './plan/job.js';
export type { CurveTime, FittedTime } from './report/curve-time.js';
export type {
  ChunkPlanReport,
  CollectiveResult,
  DimensionReport,
  EngineReport,
  LinkSummary,
  PhaseReport,
} from './report/result.js';
export type { InterDimensionScheduling } from './scheduler/dimension-orders.js';
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
export type { DimensionKind } from './topology/kinds.js';
