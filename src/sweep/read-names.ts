import { ConfigError, type Issue, show } from '../base/errors.js';
import { type Axis, readAxis } from './axis.js';
import type { BaseUnits } from './base-units.js';
import { compileExpression, type Formula } from './expression/expression.js';
import type { NameTable } from './expression/names.js';
import { isIdentifier, isIssue, isSpecField, nearestField, readFieldPath } from './fields.js';
import { RESULT_COLUMNS } from './format.js';
import type { Derived } from './points.js';
import type { Problems } from './problems.js';
import { compileTemplate, constant } from './template.js';

export function readAxes(given: Readonly<Record<string, unknown>>, units: BaseUnits, problems: Problems): Axis[] {
  const entries = Object.entries(given);
  if (entries.length === 0 && problems.none) {
    problems.add({ path: 'axes', expected: 'at least one axis', got: 'none' });
  }
  return problems.each(entries, ([key, values]) => {
    const axis = readAxis(key, values, units);
    if (Array.isArray(axis)) throw new ConfigError(axis);
    return axis;
  });
}

/** Gives every name of every axis its slot, in order. */
export function nameSlots(axes: readonly Axis[], table: NameTable, problems: Problems): void {
  for (const [slot, { name, path }] of axes.flatMap(({ names }) => names).entries()) {
    if (table.has(name)) problems.add({ path: `axes.${name}`, expected: 'every name once', got: 'the same twice' });
    if (path === undefined && isReserved(name)) problems.add(reserved(`axes.${name}`, name));
    table.addSlot(name, slot);
  }
}

/** Expressions can use fields that are the same at every point, in base units. */
export function nameConstants(base: readonly (readonly [string, unknown])[], table: NameTable, units: BaseUnits): void {
  for (const [key, value] of base) {
    const path = readFieldPath(key);
    if (path === undefined || isIssue(path) || table.has(key)) continue;
    if (path.kind === 'costs') {
      if (typeof value === 'string') table.addConstant(key, value);
      continue;
    }
    if (value === undefined || JSON.stringify(value).includes('${')) continue;
    table.addConstant(key, path.kind === 'topology' ? value : units.convert(path.kind, value));
  }
}

/** Each may use those before it. */
export function readLets(lets: Readonly<Record<string, unknown>>, table: NameTable, problems: Problems): Derived[] {
  return problems.each(Object.entries(lets), ([name, expression]) => {
    const path = `let.${name}`;
    if (!isIdentifier(name) || isSpecField(name)) {
      const expected = 'a name of letters and digits that is no field of a spec';
      throw new ConfigError([{ path, expected, got: show(name) }]);
    }
    if (table.has(name)) throw new ConfigError([{ path, expected: 'a new name', got: show(name) }]);
    if (isReserved(name)) throw new ConfigError([reserved(path, name)]);
    const formula = readLet(expression, path, table);
    table.add(name, formula);
    return { name, formula };
  });
}

function readLet(value: unknown, path: string, table: NameTable): Formula {
  if (typeof value === 'number' || typeof value === 'boolean') return constant(value);
  if (typeof value !== 'string') throw new ConfigError([{ path, expected: 'an expression', got: show(value) }]);
  return value.includes('${') ? compileTemplate(value, path, table) : compileExpression(value, path, table);
}

/** An unused variable is most likely a mistyped field. */
export function checkUse(axes: readonly Axis[], table: NameTable, problems: Problems): void {
  if (!problems.none) return;
  for (const { names, cases } of axes) {
    for (const { name, path } of names) {
      if (path !== undefined || cases !== undefined || table.isUsed(name)) continue;
      const expected = 'a field of a spec, or a name that an expression uses';
      problems.add({ path: `axes.${name}`, expected, got: show(name), ...nearestField(name) });
    }
  }
}

function isReserved(name: string): boolean {
  return name === 'point' || name === 'cost' || RESULT_COLUMNS.some((column) => column === name);
}

function reserved(path: string, name: string): Issue {
  return { path, expected: 'another name: this is a column of the results', got: show(name) };
}
