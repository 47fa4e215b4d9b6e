import { ConfigError, type Issue, show } from '../base/errors.js';
import { didYouMean } from '../base/validate.js';
import { type Assignment, inOrder } from './assignments.js';
import { type Axis, readAxis } from './axis.js';
import { BaseUnits } from './base-units.js';
import { columnName, RESULT_COLUMNS } from './columns.js';
import type { SweepDefinition } from './definition.js';
import { compileExpression, type Formula } from './expression/expression.js';
import { NameTable } from './expression/names.js';
import { isIdentifier, isIssue, nearestField, readFieldPath } from './field-path.js';
import { isSpecField } from './fields.js';
import { checkPlainData } from './plain-data.js';
import { Points } from './points.js';
import { Space } from './space.js';
import { compileTemplate, constant } from './template.js';
import { readTuneSection, type TuneSettings } from './tune/settings.js';

const KEYS = ['name', 'base', 'axes', 'let', 'where', 'tune'];

/**
 * Checks the form of a sweep and makes its points computable.
 * @throws ConfigError with everything that is wrong with it.
 */
export function compileSweep(definition: SweepDefinition): Points {
  checkPlainData(definition);
  const issues: Issue[] = [];
  /** Runs a part that may throw, so that the other parts are looked at too. */
  const attempt = (part: () => void) => {
    try {
      part();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      issues.push(...error.issues);
    }
  };
  const { name, base, axes: axesGiven, let: lets = {}, where = [], tune: tuneGiven = {} } = checkKeys(definition);
  if (name !== undefined && typeof name !== 'string') {
    issues.push({ path: 'name', expected: 'text', got: show(name) });
  }

  const units = new BaseUnits();
  const table = new NameTable();
  const axes = readAxes(axesGiven, units, issues);
  addSlots(axes, table, issues);
  const baseEntries = Object.entries(asMapping(base ?? {}, 'base', issues));
  addBaseConstants(baseEntries, table, units);

  const derived: { name: string; formula: Formula }[] = [];
  for (const [variable, expression] of Object.entries(asMapping(lets, 'let', issues))) {
    attempt(() => {
      checkVariable(variable, table);
      const formula = readLet(expression, `let.${variable}`, table);
      table.add(variable, formula);
      derived.push({ name: variable, formula });
    });
  }

  const assignments: Assignment[] = [];
  for (const [key, value] of baseEntries) {
    attempt(() => {
      const path = readFieldPath(key);
      if (path === undefined || isIssue(path)) throw new ConfigError([unknownField(`base.${key}`, key)]);
      assignments.push({ path, formula: compileTemplate(value, `base.${key}`, table) });
    });
  }
  let slot = 0;
  for (const [a, { names, cases }] of axes.entries()) {
    for (const { path } of names) {
      const own = slot++;
      if (path !== undefined) {
        assignments.push({ path, formula: { evaluate: (slots) => slots[own], uses: new Set([own]) } });
      }
    }
    for (const [position, sets] of (cases ?? []).entries()) {
      for (const [path, value] of sets) {
        const at = `axes.${names[0]?.name}.${String(names[0]?.at(position))}.${path.text}`;
        attempt(() => {
          assignments.push({ path, formula: compileTemplate(value, at, table), when: { axis: a, position } });
        });
      }
    }
  }

  const conditions: Formula[] = [];
  const texts = Array.isArray(where) ? where : [where];
  for (const [i, text] of texts.entries()) {
    attempt(() => conditions.push(readCondition(text, Array.isArray(where) ? `where[${i}]` : 'where', table)));
  }
  let tune: TuneSettings | undefined;
  attempt(() => {
    tune = readTuneSection(tuneGiven, table, slot);
  });
  checkUse(axes, table, issues);
  const columns = [
    ...axes.flatMap(({ names }) => names.map((one) => columnName(one.name, one.kind))),
    ...derived.map((one) => one.name),
  ];
  for (const column of columns.filter((one, i) => columns.indexOf(one) < i)) {
    issues.push({ path: 'axes', expected: 'names that give every column a name of its own', got: `${column} twice` });
  }
  if (issues.length > 0 || tune === undefined) throw new ConfigError(issues);
  return new Points({
    space: new Space(axes, conditions),
    conditions,
    derived,
    assignments: inOrder(assignments),
    units,
    columns,
    tune,
  });
}

function checkKeys(definition: unknown): SweepDefinition {
  if (typeof definition !== 'object' || definition === null || Array.isArray(definition)) {
    const expected = `a mapping with the keys ${KEYS.join(', ')}`;
    throw new ConfigError([{ path: '', expected, got: show(definition) }]);
  }
  const issues: Issue[] = Object.keys(definition)
    .filter((key) => !KEYS.includes(key))
    .map((key) => ({
      path: key,
      expected: `one of the keys ${KEYS.join(', ')}`,
      got: 'an unknown key',
      ...didYouMean(key, KEYS),
    }));
  if (!('axes' in definition)) issues.push({ path: 'axes', expected: 'what is to vary', got: 'nothing' });
  if (issues.length > 0) throw new ConfigError(issues);
  return definition as SweepDefinition;
}

function asMapping(value: unknown, path: string, issues: Issue[]): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  issues.push({ path, expected: 'a mapping', got: show(value) });
  return {};
}

function readAxes(given: unknown, units: BaseUnits, issues: Issue[]): Axis[] {
  const axes: Axis[] = [];
  const entries = Object.entries(asMapping(given, 'axes', issues));
  if (entries.length === 0 && issues.length === 0) {
    issues.push({ path: 'axes', expected: 'at least one axis', got: 'none' });
  }
  for (const [key, values] of entries) {
    const axis = readAxis(key, values, units);
    if (Array.isArray(axis)) issues.push(...axis);
    else axes.push(axis);
  }
  return axes;
}

function addSlots(axes: readonly Axis[], table: NameTable, issues: Issue[]): void {
  for (const [slot, { name, path }] of axes.flatMap(({ names }) => names).entries()) {
    if (table.has(name)) issues.push({ path: `axes.${name}`, expected: 'every name once', got: 'it twice' });
    if (path === undefined && isReserved(name)) issues.push(reserved(`axes.${name}`, name));
    table.addSlot(name, slot);
  }
}

/** Fields that are the same at every point can be spoken of, in base units. */
function addBaseConstants(entries: readonly (readonly [string, unknown])[], table: NameTable, units: BaseUnits): void {
  for (const [key, value] of entries) {
    const path = readFieldPath(key);
    if (path === undefined || isIssue(path) || table.has(key)) continue;
    if (value === undefined || JSON.stringify(value).includes('${')) continue;
    table.addConstant(key, path.kind === 'topology' ? value : units.convert(path.kind, value));
  }
}

function checkVariable(name: string, table: NameTable): void {
  if (!isIdentifier(name) || isSpecField(name)) {
    const expected = 'a name of letters and digits that is no field of a spec';
    throw new ConfigError([{ path: `let.${name}`, expected, got: show(name) }]);
  }
  if (table.has(name)) throw new ConfigError([{ path: `let.${name}`, expected: 'a new name', got: show(name) }]);
  if (isReserved(name)) throw new ConfigError([reserved(`let.${name}`, name)]);
}

function readLet(value: unknown, path: string, table: NameTable): Formula {
  if (typeof value === 'number' || typeof value === 'boolean') return constant(value);
  if (typeof value !== 'string') throw new ConfigError([{ path, expected: 'an expression', got: show(value) }]);
  return value.includes('${') ? compileTemplate(value, path, table) : compileExpression(value, path, table);
}

function readCondition(text: unknown, path: string, table: NameTable): Formula {
  if (typeof text === 'boolean') return constant(text);
  if (typeof text !== 'string') {
    throw new ConfigError([{ path, expected: 'a condition such as npus > 8', got: show(text) }]);
  }
  const { evaluate, uses } = compileExpression(text, path, table);
  return {
    uses,
    evaluate: (slots) => {
      const result = evaluate(slots);
      if (typeof result === 'boolean') return result;
      throw new ConfigError([{ path, expected: 'true or false', got: show(result) }]);
    },
  };
}

/** A variable that nothing speaks of is most likely a mistyped field. */
function checkUse(axes: readonly Axis[], table: NameTable, issues: Issue[]): void {
  if (issues.length > 0) return;
  for (const { names, cases } of axes) {
    for (const { name, path } of names) {
      if (path !== undefined || cases !== undefined || table.isUsed(name)) continue;
      const expected = 'a field of a spec, or a name that an expression speaks of';
      issues.push({ path: `axes.${name}`, expected, got: show(name), ...nearestField(name) });
    }
  }
}

function unknownField(path: string, key: string): Issue {
  return { path, expected: 'a field of a spec', got: 'an unknown key', ...nearestField(key) };
}

function isReserved(name: string): boolean {
  return name === 'point' || name === 'cost' || RESULT_COLUMNS.some((column) => column === name);
}

function reserved(path: string, name: string): Issue {
  return { path, expected: 'another name: this is a column of the results', got: show(name) };
}
