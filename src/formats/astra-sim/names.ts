import type { Decomposition } from '../../base/words.js';
import type { AlgorithmName } from '../../collectives/algorithms.js';
import type { InterDimensionScheduling } from '../../scheduler/dimension-orders.js';
import type { SchedulingPolicy } from '../../scheduler/stream-scheduler.js';
import type { IntraDimensionScheduling } from '../../scheduler/waiting-order.js';
import type { DimensionKind } from '../../topology/kinds.js';

/** The reference's names for this project's kebab-case names. */
export const TOPOLOGY_NAMES: Readonly<Record<string, DimensionKind>> = {
  Ring: 'ring',
  Switch: 'switch',
  FullyConnected: 'fully-connected',
};

export const POLICY_NAMES: Readonly<Record<string, SchedulingPolicy>> = {
  FIFO: 'fifo',
  LIFO: 'lifo',
  EXPLICIT: 'explicit',
};

export const OPTIMIZATION_NAMES: Readonly<Record<string, Decomposition>> = {
  baseline: 'baseline',
  localBWAware: 'local-bw-aware',
};

export const INTER_DIMENSION_NAMES: Readonly<Record<string, InterDimensionScheduling>> = {
  ascending: 'ascending',
  baseline: 'ascending',
  roundRobin: 'round-robin',
  offlineGreedy: 'themis',
  themis: 'themis',
  offlineGreedyFlex: 'themis-flex',
};

export const INTRA_DIMENSION_NAMES: Readonly<Record<string, IntraDimensionScheduling>> = {
  FIFO: 'fifo',
  smallestFirst: 'smallest-first',
  SCF: 'smallest-first',
  lessRemainingPhaseFirst: 'fewest-remaining-phases-first',
};

const ALGORITHM_PREFIXES: Readonly<Record<string, string>> = {
  ring: 'ring',
  direct: 'direct',
  halvingDoubling: 'halving-doubling',
  doubleBinaryTree: 'double-binary-tree',
  oneRing: 'one-ring',
  oneDirect: 'one-direct',
  oneHalvingDoubling: 'one-halving-doubling',
};

export const ALGORITHM_NAMES: readonly string[] = Object.keys(ALGORITHM_PREFIXES);

/** `direct4` is `direct:4`; undefined if the reference has no such algorithm. */
export function algorithmName(text: string): AlgorithmName | undefined {
  const [, name = '', window] = /^([A-Za-z]+?)([1-9]\d*)?$/.exec(text) ?? [];
  const ours = Object.hasOwn(ALGORITHM_PREFIXES, name) ? ALGORITHM_PREFIXES[name] : undefined;
  if (ours === undefined || (window !== undefined && !/direct$/i.test(name))) return undefined;
  return (window === undefined ? ours : `${ours}:${window}`) as AlgorithmName;
}
