export {
  allocateBandwidth,
  type BandwidthAllocation,
  type CollectiveShare,
  communicationTime,
} from './bandwidth/allocate.js';
export { timePriceFront } from './bandwidth/front.js';
export { type AllocationVerdict, type JudgedDimension, type JudgeOptions, judgeAllocation } from './bandwidth/judge.js';
export type { BandwidthOptions, CollectiveDemand, DimensionBudget, TrafficDemand } from './bandwidth/options.js';
export { type DimensionParts, dimensionPrice } from './bandwidth/price.js';
export { bytesPerDimension, type GridCollective } from './bandwidth/traffic.js';
export type { CircuitOptions, CircuitSearchOptions } from './circuits/options.js';
export type { Transfer } from './circuits/plan.js';
export { circuitProgram } from './circuits/program.js';
export { type CircuitSchedule, type CircuitTimes, playCircuits, scheduleCircuits } from './circuits/schedule.js';
export { type CircuitAlgorithm, type CircuitStep, circuitSteps } from './circuits/steps.js';
export { type ClusterJob, type JobMachine, type JobReport, type JobsResult, simulateJobs } from './jobs.js';
export { comparePlacements } from './placement/compare.js';
export { type ClosedFormOptions, closedFormEvaluator, type Host } from './placement/hosts.js';
export {
  type JobPlacement,
  type JobPlacementOptions,
  type NetworkOptions,
  type NetworkPlacements,
  networkPlacements,
  placeJob,
} from './placement/on-network.js';
export { type Placement, type PlacementOptions, type PlacementSearch, placeGpus } from './placement/place.js';
export type { Evaluator } from './placement/searches.js';
