import { ConfigError, show } from '../base/errors.js';
import { compileExpression, type Formula, type Names } from './expression/expression.js';

const HOLE = /\$\{([^}]*)\}/g;
/** Deeper than any real spec. */
const MAX_DEPTH = 8;

/** A value with `${expression}` in its texts, computed at each point. A text that is only one hole becomes its value, not text. */
export function compileTemplate(value: unknown, path: string, names: Names, depth = 0): Formula {
  if (typeof value === 'string') return compileText(value, path, names);
  if (typeof value !== 'object' || value === null) return constant(value);
  if (depth > MAX_DEPTH) throw new ConfigError([{ path, expected: 'a value of fewer levels', got: show(value) }]);
  if (Array.isArray(value)) {
    const items = Array.from(value, (item, i) => compileTemplate(item, `${path}[${i}]`, names, depth + 1));
    return combine(items, (parts) => parts);
  }
  const entries = Object.entries(value);
  const parts = entries.map(([key, part]) => compileTemplate(part, `${path}.${key}`, names, depth + 1));
  return combine(parts, (made) => Object.fromEntries(entries.map(([key], i) => [key, made[i]])));
}

function compileText(text: string, path: string, names: Names): Formula {
  const holes = [...text.matchAll(HOLE)];
  if (holes.length === 0) {
    if (!text.includes('${')) return constant(text);
    throw new ConfigError([{ path, expected: 'a } after every ${', got: show(text) }]);
  }
  const formulas = holes.map(([, expression = '']) => compileExpression(expression, path, names));
  const [first] = formulas as [Formula];
  if (holes.length === 1 && holes[0]?.[0] === text.trim()) return first;
  const texts = text.split(HOLE).filter((_, i) => i % 2 === 0);
  return combine(formulas, (values) => texts.map((part, i) => part + (i < values.length ? values[i] : '')).join(''));
}

export function constant(value: unknown): Formula {
  return { evaluate: () => value, uses: new Set() };
}

function combine(parts: readonly Formula[], make: (values: readonly unknown[]) => unknown): Formula {
  const uses = new Set(parts.flatMap((part) => [...part.uses]));
  const evaluate = (slots: readonly unknown[]) => make(parts.map((part) => part.evaluate(slots)));
  if (uses.size > 0) return { evaluate, uses };
  // The same at every point, so made once.
  return constant(evaluate([]));
}
