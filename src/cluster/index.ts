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
