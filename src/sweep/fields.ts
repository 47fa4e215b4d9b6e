import type { QuantityKind } from '../base/units.js';
import type { CollectiveSpec, DimensionSpec } from '../spec/spec.js';

/** How the values of a field are read: a quantity of some kind, dimensions, a list of plain values, or as they are. */
export type FieldKind = QuantityKind | 'topology' | 'list' | 'times' | 'plain';

/** Fields of a spec that a sweep can set. */
export const SPEC_FIELDS = {
  collective: 'plain',
  topology: 'topology',
  size: 'bytes',
  algorithms: 'list',
  decomposition: 'plain',
  splits: 'plain',
  activeChunks: 'plain',
  scheduling: 'plain',
  interDimensionScheduling: 'plain',
  intraDimensionScheduling: 'plain',
  queuesPerDimension: 'plain',
  involvedDimensions: 'list',
  endpointDelay: 'time',
  localMemoryBandwidth: 'bandwidth',
  network: 'plain',
  engine: 'plain',
  folding: 'plain',
  startTimes: 'times',
  routing: 'plain',
  linkStatistics: 'plain',
  maxEvents: 'plain',
  rendezvous: 'plain',
  timeline: 'plain',
  // The compiler asks for every field that a spec gains.
} as const satisfies Record<Exclude<keyof CollectiveSpec, 'signal' | 'onProgress' | 'warnings'>, FieldKind>;

export type SpecField = keyof typeof SPEC_FIELDS;

export const DIMENSION_FIELDS = {
  kind: 'plain',
  npus: 'plain',
  bandwidth: 'bandwidth',
  latency: 'time',
} as const satisfies Record<keyof DimensionSpec, FieldKind>;

export type DimensionField = keyof typeof DIMENSION_FIELDS;

export function isSpecField(name: string): name is SpecField {
  return Object.hasOwn(SPEC_FIELDS, name);
}

export function isDimensionField(name: string): name is DimensionField {
  return Object.hasOwn(DIMENSION_FIELDS, name);
}
