export type { Dimension } from './dimension.js';
export { DIMENSION_KINDS, type DimensionKind } from './kinds.js';
export type { DirectedLink, LinkGraph } from './link-graph.js';
export type { LinkGroup, Network } from './network.js';
