import { type Issue, show } from '../base/errors.js';
import { type BaseUnits, kindOfText } from './base-units.js';
import { type FieldKind, type FieldPath, isIdentifier, isIssue, readFieldPath } from './fields.js';
import { isRange, readRange } from './range.js';

/** A name that varies. */
export interface AxisName {
  readonly name: string;
  /** The place in the spec to set; undefined for a variable. */
  readonly path?: FieldPath;
  readonly kind: FieldKind;
  readonly at: (position: number) => unknown;
}

/** A factor of the product: names that vary together. */
export interface Axis {
  readonly names: readonly AxisName[];
  readonly length: number;
  /** For named cases: what the case at each position sets, as written. */
  readonly cases?: readonly (readonly (readonly [path: FieldPath, value: unknown])[])[];
  /** Whether its values have an order, so that neighbours are likely to be alike. */
  readonly ordered: boolean;
}

/** Reads an axis, or returns its problems. */
export function readAxis(key: string, values: unknown, units: BaseUnits): Axis | Issue[] {
  const path = `axes.${key}`;
  const names = key.split(',').map((name) => name.trim());
  const places = names.map(readFieldPath);
  const wrong = places.filter((place) => place !== undefined && isIssue(place)) as Issue[];
  if (wrong.length > 0) return wrong.map((issue) => ({ ...issue, path }));
  const paths = places as (FieldPath | undefined)[];
  const expected = 'a list of values, a range { from, to, step | factor }, or named cases';
  if (typeof values !== 'object' || values === null) return [{ path, expected, got: show(values) }];
  if (names.length > 1) return readRows(names, paths, values, units, path);
  const [name, place] = [names[0] as string, paths[0]];
  if (Array.isArray(values)) {
    if (values.length === 0) return [{ path, expected: 'at least one value', got: 'an empty list' }];
    const column = readColumn(name, place, values, units);
    return { names: [column], length: values.length, ordered: isAscending(column, values.length) };
  }
  if (!isRange(values)) return readCases(name, place, values, path);
  const kind = place === undefined ? nearestKind([(values as { from?: unknown }).from]) : place.kind;
  const quantity = kind === 'bytes' || kind === 'time' || kind === 'bandwidth' ? kind : undefined;
  const range = readRange(values, quantity, path);
  if (Array.isArray(range)) return range;
  return { names: [named(name, place, kind, range.at)], length: range.length, ordered: true };
}

/** `a, b: [[1, 2], [3, 4]]`. */
function readRows(
  names: readonly string[],
  paths: readonly (FieldPath | undefined)[],
  rows: object,
  units: BaseUnits,
  path: string,
): Axis | Issue[] {
  const expected = `a list of rows, each a list of ${names.length}: ${names.join(', ')}`;
  if (!Array.isArray(rows) || rows.length === 0) return [{ path, expected, got: show(rows) }];
  const wrong = Array.from(rows, (row, i) => ({ row, i })).filter(
    ({ row }) => !Array.isArray(row) || row.length !== names.length,
  );
  if (wrong.length > 0) return wrong.map(({ row, i }) => ({ path: `${path}[${i}]`, expected, got: show(row) }));
  const columns = names.map((name, c) => {
    const values = rows.map((row: readonly unknown[]) => row[c]);
    return readColumn(name, paths[c], values, units);
  });
  return { names: columns, length: rows.length, ordered: false };
}

function readColumn(name: string, place: FieldPath | undefined, raw: readonly unknown[], units: BaseUnits): AxisName {
  const kind = place === undefined ? nearestKind(raw) : place.kind;
  // A topology stays as written; points read it.
  const values = kind === 'topology' ? raw : Array.from(raw, (value) => shown(kind, value, units));
  return named(name, place, kind, (position) => values[position]);
}

function shown(kind: FieldKind, value: unknown, units: BaseUnits): unknown {
  return kind === 'costs' ? units.nameCosts(value) : units.convert(kind, value);
}

/** `name: { small: { size: 1 MiB }, large: { size: 1 GiB } }`. */
function readCases(name: string, place: FieldPath | undefined, values: object, path: string): Axis | Issue[] {
  const labels = Object.keys(values);
  if (place !== undefined || !isIdentifier(name)) {
    const expected = 'a list or a range: named cases need a name that is no field of a spec';
    return [{ path, expected, got: show(values) }];
  }
  if (labels.length === 0) return [{ path, expected: 'at least one case', got: 'none' }];
  const issues: Issue[] = [];
  const cases = Object.entries(values).map(([label, fields]) => {
    const at = `${path}.${label}`;
    if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
      issues.push({ path: at, expected: 'the fields that this case sets', got: show(fields) });
      return [];
    }
    return Object.entries(fields).map(([key, value]) => {
      const read = readFieldPath(key);
      if (read !== undefined && !isIssue(read)) return [read, value as unknown] as const;
      const issue = read ?? { path: at, expected: 'a field of a spec', got: show(key) };
      issues.push({ ...issue, path: `${at}.${key}` });
      return [{ text: key, field: 'size', kind: 'plain' } as FieldPath, value as unknown] as const;
    });
  });
  if (issues.length > 0) return issues;
  const label = named(name, undefined, 'plain', (position) => labels[position]);
  return { names: [label], length: labels.length, cases, ordered: false };
}

function named(
  name: string,
  path: FieldPath | undefined,
  kind: FieldKind,
  at: (position: number) => unknown,
): AxisName {
  return { name, kind, at, ...(path === undefined ? {} : { path }) };
}

function isAscending({ at }: AxisName, length: number): boolean {
  for (let i = 0; i < length; i++) {
    if (typeof at(i) !== 'number' || (i > 0 && (at(i) as number) <= (at(i - 1) as number))) return false;
  }
  return length > 1;
}

/** The kind of a variable's values: a quantity if all texts among them are of that kind, else plain. */
function nearestKind(values: readonly unknown[]): FieldKind {
  const texts = values.filter((value) => typeof value === 'string');
  const [first] = texts;
  if (first === undefined || values.some((value) => typeof value !== 'string' && typeof value !== 'number')) {
    return 'plain';
  }
  const kind = kindOfText(first);
  return kind !== undefined && texts.every((text) => kindOfText(text) === kind) ? kind : 'plain';
}
