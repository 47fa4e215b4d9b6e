import { ConfigError, show } from '../base/errors.js';
import type { CollectiveSpec } from '../spec/spec.js';
import { type Assignment, assign } from './assignments.js';
import type { BaseUnits } from './base-units.js';
import type { Formula } from './expression/expression.js';
import type { Space } from './space.js';
import type { TuneSettings } from './tune/settings.js';

/** A value derived from axes, with its own column. */
export interface Derived {
  readonly name: string;
  readonly formula: Formula;
}

interface Parts {
  readonly space: Space;
  readonly conditions: readonly Formula[];
  readonly derived: readonly Derived[];
  readonly assignments: readonly Assignment[];
  readonly units: BaseUnits;
  readonly columns: readonly string[];
  readonly tune: TuneSettings;
}

/** A point before its simulation. */
export interface Point {
  /** The value of every column that is not a result; undefined if it could not be computed. */
  readonly values: readonly unknown[];
  /** What to simulate, or why that is unknown. */
  readonly spec: CollectiveSpec | ConfigError;
}

/** A compiled sweep: computes any point from its number. */
export class Points {
  readonly space: Space;
  /** Names of the independent variables, with units. */
  readonly columns: readonly string[];
  /** What to search for. */
  readonly tune: TuneSettings;
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
    this.space = parts.space;
    this.columns = parts.columns;
    this.tune = parts.tune;
  }

  /** The point with this number. */
  at(index: number): Point {
    const { space, conditions, derived } = this.parts;
    const slots = space.values(index);
    const values = [...slots];
    try {
      for (const one of derived) values.push(this.finite(one, index, slots));
      // Combinations that fail have no point; a condition that cannot be computed throws here.
      for (const { evaluate } of conditions) evaluate(slots);
      return { values, spec: this.specOf(index, slots) };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      while (values.length < this.columns.length) values.push(undefined);
      return { values, spec: error };
    }
  }

  /** A derived value; refuses NaN and infinities. */
  private finite({ name, formula }: Derived, index: number, slots: readonly unknown[]): unknown {
    const value = formula.evaluate(slots);
    if (typeof value !== 'number' || Number.isFinite(value)) return value;
    const place = this.columns.slice(0, slots.length).map((column, i) => `${column} = ${text(slots[i])}`);
    throw new ConfigError([
      {
        path: `let.${name}`,
        expected: 'a finite number',
        got: show(value),
        hint: `at point ${index}: ${place.join(', ')}`,
      },
    ]);
  }

  private specOf(index: number, slots: readonly unknown[]): CollectiveSpec {
    const { space, assignments, units } = this.parts;
    const positions = space.positions(index);
    const spec: Record<string, unknown> = {};
    const own = new Set<string>();
    for (const { path, formula, when } of assignments) {
      if (when !== undefined && positions[when.axis] !== when.position) continue;
      assign(spec, own, path, formula.evaluate(slots), units);
    }
    // Not known to be a spec yet: the simulation checks it.
    return spec as unknown as CollectiveSpec;
  }
}

function text(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
