import { type Issue, show } from '../base/errors.js';
import type { QuantityKind } from '../base/units.js';
import { didYouMean } from '../base/validate.js';
import type { CollectiveSpec, DimensionSpec } from '../spec/spec.js';

/**
 * How to read the values of a field: a quantity of some kind, dimensions, a list of plain values, a mapping
 * whose fields can be set one by one, a calibration or the name of one, or unchanged.
 */
export type FieldKind = QuantityKind | 'topology' | 'list' | 'times' | 'record' | 'costs' | 'plain';

/** Fields of a spec that a sweep can set. */
export const SPEC_FIELDS = {
  collective: 'plain',
  topology: 'topology',
  size: 'bytes',
  root: 'plain',
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
  rankOrder: 'list',
  switching: 'plain',
  rendezvous: 'plain',
  timeline: 'plain',
  messageTimeline: 'plain',
  weights: 'plain',
  nccl: 'record',
  genModel: 'record',
  costs: 'costs',
  // The type makes the compiler demand every new field of a spec.
} as const satisfies Record<
  // A program is not plain data.
  Exclude<keyof CollectiveSpec, 'signal' | 'onProgress' | 'warnings' | 'program' | 'programClaim'>,
  FieldKind
>;

export type SpecField = keyof typeof SPEC_FIELDS;

export const DIMENSION_FIELDS = {
  kind: 'plain',
  npus: 'plain',
  bandwidth: 'bandwidth',
  latency: 'time',
  switches: 'plain',
  reconfiguration: 'time',
} as const satisfies Record<keyof DimensionSpec, FieldKind>;

export type DimensionField = keyof typeof DIMENSION_FIELDS;

export function isSpecField(name: string): name is SpecField {
  return Object.hasOwn(SPEC_FIELDS, name);
}

export function isDimensionField(name: string): name is DimensionField {
  return Object.hasOwn(DIMENSION_FIELDS, name);
}

const UNITS: Readonly<Partial<Record<FieldKind, string>>> = { bytes: '_bytes', time: '_ns', bandwidth: '_GBps' };

/** The name of a column, with the unit of its numbers. */
export function columnName(name: string, kind: FieldKind): string {
  return name + (UNITS[kind] ?? '');
}

/** A place in a spec: `splits`, `algorithms[0]`, `topology[1].bandwidth`, `nccl.machine.ring.channels`. */
export interface FieldPath {
  readonly text: string;
  readonly field: SpecField;
  /** Position in a list. */
  readonly index?: number;
  /** Field of a dimension. */
  readonly key?: DimensionField;
  /** Path into a mapping, from the outside in. */
  readonly keys?: readonly string[];
  /** The kind of value there. */
  readonly kind: FieldKind;
}

const PATH = /^([A-Za-z_]\w*)(?:\[(\d{1,6})\](?:\.([A-Za-z_]\w*))?)?$/;
const RECORD_PATH = /^([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*){1,6})$/;
const IDENTIFIER = /^[A-Za-z_]\w*$/;

/** Names of the fields of a spec, for hints. */
const FIELD_NAMES = Object.keys(SPEC_FIELDS);

export function isIdentifier(name: string): boolean {
  return IDENTIFIER.test(name);
}

/** The place that a name means; undefined for a plain identifier that is not a field; or the problem with it. */
export function readFieldPath(text: string): FieldPath | undefined | Issue {
  const [, record = '', way = ''] = RECORD_PATH.exec(text) ?? [];
  if (isSpecField(record) && SPEC_FIELDS[record] === 'record') {
    return { text, field: record, keys: way.slice(1).split('.'), kind: 'plain' };
  }
  const [, field = '', index, key] = PATH.exec(text) ?? [];
  if (!isSpecField(field)) {
    if (isIdentifier(text)) return undefined;
    const expected = 'a field of a spec, such as splits or topology[1].bandwidth, or a name of letters and digits';
    return { path: text, expected, got: show(text), ...didYouMean(field, FIELD_NAMES) };
  }
  const whole = SPEC_FIELDS[field];
  if (index === undefined) return { text, field, kind: whole };
  if (whole !== 'topology' && whole !== 'list' && whole !== 'times') {
    return { path: text, expected: `${field} alone, which is no list`, got: show(text) };
  }
  if (whole !== 'topology') {
    if (key !== undefined) return { path: text, expected: `${field}[${index}]`, got: show(text) };
    return { text, field, index: Number(index), kind: whole === 'times' ? 'time' : 'plain' };
  }
  if (key === undefined) return { text, field, index: Number(index), kind: 'plain' };
  if (!isDimensionField(key)) {
    const names = Object.keys(DIMENSION_FIELDS);
    const expected = `topology[${index}]. and one of ${names.join(', ')}`;
    return { path: text, expected, got: show(text), ...didYouMean(key, names) };
  }
  return { text, field, index: Number(index), key, kind: DIMENSION_FIELDS[key] };
}

/** A hint with the field that a mistyped name probably means. */
export function nearestField(name: string): { hint: string } | Record<string, never> {
  return didYouMean(name, FIELD_NAMES);
}

export function isIssue(value: object): value is Issue {
  return 'expected' in value;
}
