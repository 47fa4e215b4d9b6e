import { isSpecField } from '../fields.js';
import { constant } from '../template.js';
import type { Formula, Names } from './expression.js';

/** The names for expressions: axes, earlier `let` values, and fields of the base that no axis changes. */
export class NameTable implements Names {
  private readonly formulas = new Map<string, Formula>();
  private readonly asked = new Set<string>();

  find(name: string): Formula | undefined {
    this.asked.add(name);
    return this.formulas.get(name);
  }

  known(): readonly string[] {
    return [...this.formulas.keys()];
  }

  has(name: string): boolean {
    return this.formulas.has(name);
  }

  add(name: string, formula: Formula): void {
    this.formulas.set(name, formula);
  }

  addSlot(name: string, slot: number): void {
    this.add(name, { evaluate: (slots) => slots[slot], uses: new Set([slot]) });
  }

  addConstant(name: string, value: unknown): void {
    this.add(name, constant(value));
  }

  /** Whether an expression has used it. */
  isUsed(name: string): boolean {
    return this.asked.has(name) || isSpecField(name);
  }
}
