export { type AstraSimCollective, fromAstraSim } from './astra-sim/from-astra-sim.js';
export type { AlgorithmName } from './collectives/algorithms.js';
export type { Collective } from './collectives/collective.js';
export type { Decomposition } from './collectives/plan.js';
export type { PhaseSpan } from './engine/job.js';
export { ConfigError, InvariantError, type Issue, SimulationError } from './errors.js';
export type { CollectiveResult, DimensionReport, EngineReport, PhaseReport } from './result.js';
export type { SchedulingPolicy } from './scheduler/stream-scheduler.js';
export {
  simulateAllGather,
  simulateAllReduce,
  simulateAllToAll,
  simulateCollective,
  simulateReduceScatter,
} from './simulate.js';
export type { CollectiveOptions, CollectiveSpec, DimensionSpec } from './spec.js';
export type { DimensionKind } from './topology/dimension.js';
export { formatBytes, parseQuantity, type Quantity, type QuantityKind } from './units.js';
export type { Warning, WarningCode } from './warnings.js';
