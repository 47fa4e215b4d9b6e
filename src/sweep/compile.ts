import * as v from 'valibot';
import { ConfigError, type Issue, show } from '../base/errors.js';
import { didYouMean, parse } from '../base/validate.js';
import { calibrationSchema } from '../costs/calibrate/read-calibration.js';
import { inOrder } from './assignments.js';
import { BaseUnits } from './base-units.js';
import type { SweepDefinition } from './definition.js';
import { compileExpression, type Formula } from './expression/expression.js';
import { NameTable } from './expression/names.js';
import { columnName } from './fields.js';
import { checkPlainData } from './plain-data.js';
import { Points } from './points.js';
import { Problems } from './problems.js';
import { axisAssignments, baseAssignments } from './read-assignments.js';
import { checkUse, nameConstants, nameSlots, readAxes, readLets } from './read-names.js';
import { Space } from './space.js';
import { constant } from './template.js';
import { readTuneSection, type TuneSettings } from './tune/settings.js';

const KEYS = ['name', 'base', 'axes', 'let', 'where', 'costs', 'tune'];

/**
 * Checks the form of a sweep and prepares its points.
 * @throws ConfigError that lists all problems.
 */
export function compileSweep(definition: SweepDefinition): Points {
  checkPlainData(definition);
  const given = checkKeys(definition);
  const problems = new Problems();
  const costs = mapping(given.costs ?? {}, 'costs', problems);
  problems.attempt(() => parse(v.object({ costs: v.record(v.string(), calibrationSchema) }), { costs }));
  const units = new BaseUnits(costs);
  const table = new NameTable();

  const axes = readAxes(mapping(given.axes, 'axes', problems), units, problems);
  const base = Object.entries(mapping(given.base ?? {}, 'base', problems));
  nameSlots(axes, table, problems);
  nameConstants(base, table, units);
  const derived = readLets(mapping(given.let ?? {}, 'let', problems), table, problems);
  const assignments = [...baseAssignments(base, table, problems), ...axisAssignments(axes, table, problems)];
  const conditions = readConditions(given.where ?? [], table, problems);
  const slots = axes.reduce((sum, { names }) => sum + names.length, 0);
  const tune = problems.attempt(() => readTuneSection(given.tune ?? {}, table, slots));
  checkUse(axes, table, problems);

  const columns = [
    ...axes.flatMap(({ names }) => names.map(({ name, kind }) => columnName(name, kind))),
    ...derived.map(({ name }) => name),
  ];
  for (const column of columns.filter((one, i) => columns.indexOf(one) < i)) {
    problems.add({ path: 'axes', expected: 'names that give every column a unique name', got: `${column} twice` });
  }
  problems.check();
  return new Points({
    space: new Space(axes, conditions),
    conditions,
    derived,
    assignments: inOrder(assignments),
    units,
    columns,
    // Its problems would have thrown.
    tune: tune as TuneSettings,
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
  if ('name' in definition && definition.name !== undefined && typeof definition.name !== 'string') {
    issues.push({ path: 'name', expected: 'text', got: show(definition.name) });
  }
  if (issues.length > 0) throw new ConfigError(issues);
  return definition as SweepDefinition;
}

function mapping(value: unknown, path: string, problems: Problems): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  problems.add({ path, expected: 'a mapping', got: show(value) });
  return {};
}

function readConditions(where: unknown, table: NameTable, problems: Problems): Formula[] {
  if (!Array.isArray(where)) return problems.each([where], (text) => readCondition(text, 'where', table));
  return problems.each(where.entries(), ([i, text]) => readCondition(text, `where[${i}]`, table));
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
