import { ConfigError } from '../base/errors.js';
import type { Assignment } from './assignments.js';
import type { Axis } from './axis.js';
import type { Formula } from './expression/expression.js';
import type { NameTable } from './expression/names.js';
import { type FieldPath, isIssue, nearestField, readFieldPath } from './fields.js';
import type { Problems } from './problems.js';
import { compileTemplate, constant } from './template.js';

/** Assignments of the base, for every point. */
export function baseAssignments(
  base: readonly (readonly [string, unknown])[],
  table: NameTable,
  problems: Problems,
): Assignment[] {
  return problems.each(base, ([key, value]) => {
    const path = readFieldPath(key);
    if (path === undefined || isIssue(path)) {
      const expected = 'a field of a spec';
      throw new ConfigError([{ path: `base.${key}`, expected, got: 'an unknown key', ...nearestField(key) }]);
    }
    return { path, formula: compileValue(path, value, `base.${key}`, table) };
  });
}

/** Assignments of the values of axes, and of their cases. */
export function axisAssignments(axes: readonly Axis[], table: NameTable, problems: Problems): Assignment[] {
  const slots = axes
    .flatMap(({ names }) => names)
    .flatMap(({ path }, slot): Assignment[] => {
      if (path === undefined) return [];
      return [{ path, formula: { evaluate: (values) => values[slot], uses: new Set([slot]) } }];
    });
  return [...slots, ...axes.flatMap((axis, a) => caseAssignments(axis, a, table, problems))];
}

function caseAssignments({ names, cases = [] }: Axis, axis: number, table: NameTable, problems: Problems) {
  return cases.flatMap((sets, position) => {
    const at = `axes.${names[0]?.name}.${String(names[0]?.at(position))}`;
    return problems.each(sets, ([path, value]): Assignment => {
      return { path, formula: compileValue(path, value, `${at}.${path.text}`, table), when: { axis, position } };
    });
  });
}

/** A calibration holds no expressions. */
function compileValue({ kind }: FieldPath, value: unknown, at: string, table: NameTable): Formula {
  return kind === 'costs' && typeof value === 'object' ? constant(value) : compileTemplate(value, at, table);
}
