export { DIMENSION_KINDS, type Dimension, type DimensionKind } from './dimension.js';
export type { DirectedLink, LinkGraph } from './link-graph.js';
export type { LinkGroup, Network } from './network.js';
