import { ConfigError, show } from '../base/errors.js';
import type { BaseUnits } from './base-units.js';
import type { Formula } from './expression/expression.js';
import type { FieldPath } from './fields.js';

/** A place in the spec and its value. */
export interface Assignment {
  readonly path: FieldPath;
  readonly formula: Formula;
  /** Position on an axis at which it applies; undefined: always. */
  readonly when?: { readonly axis: number; readonly position: number };
}

/** Whole fields come before places in them; otherwise the given order holds. */
export function inOrder(assignments: readonly Assignment[]): Assignment[] {
  const depth = ({ path: { index, key, keys = [] } }: Assignment) => {
    if (index === undefined) return keys.length;
    return key === undefined ? 1 : 2;
  };
  return assignments.toSorted((a, b) => depth(a) - depth(b));
}

type Draft = Record<string, unknown>;

/** Puts a value in its place in a spec under construction. `own` names the lists that no other spec shares. */
export function assign(
  spec: Draft,
  own: Set<string>,
  { text, field, index, key, keys, kind }: FieldPath,
  raw: unknown,
  units: BaseUnits,
): void {
  const value = units.convert(kind, raw);
  if (keys !== undefined) {
    spec[field] = placed(spec[field], keys, value, text);
    return;
  }
  if (index === undefined) {
    own.delete(field);
    spec[field] = value;
    return;
  }
  const list = ownList(spec, own, field);
  if (index >= list.length) {
    throw new ConfigError([
      { path: `${field}[${index}]`, expected: `one of the ${list.length} entries of ${field}`, got: 'no such entry' },
    ]);
  }
  if (key === undefined) {
    list[index] = field === 'topology' ? units.dimension(value) : value;
    return;
  }
  const dimension = list[index];
  if (typeof dimension !== 'object' || dimension === null) {
    throw new ConfigError([{ path: `${field}[${index}]`, expected: 'a dimension', got: show(dimension) }]);
  }
  list[index] = { ...dimension, [key]: value };
}

/** The list in a field; copies it if other points share it. */
function ownList(spec: Draft, own: Set<string>, field: string): unknown[] {
  const list = spec[field];
  if (!Array.isArray(list)) {
    const expected = field === 'topology' ? 'dimensions, as a list or in shorthand' : 'a list';
    throw new ConfigError([{ path: field, expected, got: show(list) }]);
  }
  if (own.has(field)) return list;
  own.add(field);
  const copy = [...list];
  spec[field] = copy;
  return copy;
}

/** A copy of a mapping, with a value in its place: other points share the original. */
function placed(record: unknown, [key, ...deeper]: readonly string[], value: unknown, path: string): unknown {
  if (key === undefined) return value;
  if (record !== undefined && (typeof record !== 'object' || record === null || Array.isArray(record))) {
    throw new ConfigError([{ path, expected: 'a mapping around it', got: show(record) }]);
  }
  const fields = (record ?? {}) as Draft;
  return { ...fields, [key]: placed(Object.hasOwn(fields, key) ? fields[key] : undefined, deeper, value, path) };
}
