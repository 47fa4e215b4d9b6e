export {
  type Dgx1Options,
  type DgxA100Options,
  dgx1,
  dgxA100,
  type RailOptimisedOptions,
  railOptimised,
} from './builders/boxes.js';
export { type DragonflyOptions, dragonfly } from './builders/dragonfly.js';
export { type FatTreeOptions, fatTree } from './builders/fat-tree.js';
export type { LinkOptions } from './builders/options.js';
export {
  fullyConnected,
  type HypercubeOptions,
  hypercube,
  mesh,
  type NpusOptions,
  ring,
  type SizesOptions,
  star,
  torus,
} from './builders/regular.js';
export { checkedGrid as gridNetwork } from './checked-grid.js';

export {
  CLUSTER_WIRES,
  type ClusterName,
  type ClusterWires,
  type ClusterWiring,
  clusterTopology,
} from './cluster.js';

export type { Dimension, OpticalSwitches } from './dimension.js';

export { type EdgeListSpec, type EdgeSpec, readEdgeList } from './edge-list.js';
export { edgesOf } from './edges-of.js';
export type { Exchange } from './exchange-load.js';
export { graphNetwork } from './graph-network.js';
export { readGraphShorthand } from './graph-shorthand.js';
export type { GridDimension, GridNetwork } from './grid-network.js';
export { DIMENSION_KINDS, type DimensionKind, type Line, type Wiring } from './kinds.js';
export type { DirectedLink, LinkGraph } from './link-graph.js';
export type { NamedGraph, Ties } from './named-graph.js';
export type { LinkGroup, Network } from './network.js';
export { pathLinks } from './path.js';
