export {
  allocateBandwidth,
  type BandwidthAllocation,
  type CollectiveShare,
  communicationTime,
} from './bandwidth/allocate.js';
export { timePriceFront } from './bandwidth/front.js';
export type { BandwidthOptions, CollectiveDemand, DimensionBudget, TrafficDemand } from './bandwidth/options.js';
export { type DimensionParts, dimensionPrice } from './bandwidth/price.js';
export { bytesPerDimension, type GridCollective } from './bandwidth/traffic.js';
export type { CircuitOptions, CircuitSearchOptions } from './circuits/options.js';
export type { Transfer } from './circuits/plan.js';
export { type CircuitSchedule, type CircuitTimes, playCircuits, scheduleCircuits } from './circuits/schedule.js';
export { type CircuitAlgorithm, type CircuitStep, circuitSteps } from './circuits/steps.js';
