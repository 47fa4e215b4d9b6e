import { distance } from 'fastest-levenshtein';
import * as v from 'valibot';
import { ConfigError, type Issue, show } from './errors.js';
import { type QuantityKind, readQuantity } from './units.js';

// Every message given to a schema here is the "expected …" part of an Issue. Functions that make schemas carry a mark that lets
// bundlers drop unused schemas.

export interface QuantityLimits {
  readonly above?: number;
  readonly atLeast?: number;
  /** Whole, and small enough to be exact. */
  readonly whole?: boolean;
}

/** A number in base units or a string with a unit, parsed to base units. */
/* @__NO_SIDE_EFFECTS__ */
export function quantity(kind: QuantityKind, { above, atLeast, whole = false }: QuantityLimits) {
  return v.pipe(
    v.unknown(),
    v.rawTransform<unknown, number>(({ dataset, addIssue, NEVER }) => {
      const value = readQuantity(kind, dataset.value);
      if (typeof value === 'object') {
        addIssue({ message: value.hint === undefined ? value.expected : `${value.expected} (${value.hint})` });
        return NEVER;
      }
      const fits =
        (above === undefined || value > above) &&
        (atLeast === undefined || value >= atLeast) &&
        (!whole || Number.isSafeInteger(value));
      if (fits) return value;
      const unit = { bytes: 'bytes', time: 'ns', bandwidth: 'bytes per ns' }[kind];
      const limit = above === undefined ? `at least ${atLeast}` : `above ${above}`;
      addIssue({ message: `${whole ? 'a whole number of ' : ''}${unit}, ${limit}${whole ? ', below 2^53' : ''}` });
      return NEVER;
    }),
  );
}

const UNKNOWN_KEY = 'unknown key, known are: ';

/** An object with these keys and no others. Every unknown key is a separate issue. */
/* @__NO_SIDE_EFFECTS__ */
export function keys<const E extends v.ObjectEntries>(entries: E) {
  const unknown = `${UNKNOWN_KEY}${Object.keys(entries).join(', ')}`;
  return v.objectWithRest(
    entries,
    v.custom<never>(() => false, unknown),
    'an object',
  ) as unknown as v.StrictObjectSchema<E, undefined>;
}

/** A whole number between two limits. */
/* @__NO_SIDE_EFFECTS__ */
export function whole(atLeast: number, atMost: number) {
  const message = `a whole number from ${atLeast} to ${atMost}`;
  return v.pipe(v.number(message), v.safeInteger(message), v.minValue(atLeast, message), v.maxValue(atMost, message));
}

/** One of the names in a table, mapped to its value. */
/* @__NO_SIDE_EFFECTS__ */
export function nameIn<const T extends string>(table: Readonly<Record<string, T>>) {
  const names = Object.keys(table);
  return v.pipe(
    v.picklist(names),
    v.transform((name) => table[name] as T),
  );
}

/** Keys with a meaning in every object: schemas would ignore them in an input. */
const RESERVED_KEYS = ['__proto__', 'constructor', 'prototype'] as const;

/** More levels than any valid input has, and fewer than any stack holds. */
const MOST_LEVELS = 64;

/** Issues that no schema finds: reserved keys, more levels than a stack holds, unreadable parts. */
export function inputIssues(value: unknown, path?: string): Issue[] {
  const look = new InputLook(path === undefined ? [] : [path]);
  look.at(value);
  return look.issues;
}

/** Visits every part of an input. There may be millions, so it builds a path only for issues. */
class InputLook {
  readonly issues: Issue[] = [];
  private readonly path: (string | number)[];
  /** Visited objects that contain objects; revisiting the others is cheap. */
  private readonly seen = new Set<object>();

  constructor(path: string[]) {
    this.path = path;
  }

  at(value: unknown): void {
    if (typeof value !== 'object' || value === null || this.seen.has(value) || ArrayBuffer.isView(value)) return;
    const { length } = this.path;
    if (length > MOST_LEVELS) {
      this.issues.push({ path: this.text, expected: `at most ${MOST_LEVELS} levels`, got: 'more' });
      return;
    }
    try {
      if (Array.isArray(value)) this.atItems(value);
      else this.atKeys(value);
    } catch (error) {
      this.path.length = length;
      this.issues.push(unreadable(this.text, error));
    }
  }

  private atItems(list: readonly unknown[]): void {
    // Lists of numbers can be long.
    if (typeof list[0] !== 'object') return;
    this.seen.add(list);
    for (let i = 0; i < list.length; i++) this.atPart(i, list[i]);
  }

  private atKeys(value: object): void {
    if (!isUsual(value)) {
      for (const key of RESERVED_KEYS) {
        if (!Object.hasOwn(value, key)) continue;
        this.seen.add(value);
        const path = [...this.path, key];
        this.issues.push({ path: textOf(path), expected: 'another key', got: show(key) });
      }
    }
    // Keys are asked for only where something lies deeper: most objects of a large input are flat.
    const parts: readonly unknown[] = Object.values(value);
    let names: readonly string[] | undefined;
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i];
      if (typeof part !== 'object' || part === null || isFlat(part)) continue;
      if (names === undefined) {
        names = Object.keys(value);
        this.seen.add(value);
      }
      this.atPart(names[i] as string, part);
    }
  }

  private atPart(key: string | number, part: unknown): void {
    this.path.push(key);
    this.at(part);
    this.path.pop();
  }

  private get text(): string {
    return textOf(this.path);
  }
}

function textOf(path: readonly (string | number)[]): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? key : `.${key}`)).join('');
}

/** Whether an object surely has none of the reserved keys: then they are what every object inherits. */
function isUsual(value: object): boolean {
  const { constructor: made, prototype } = value as { readonly constructor: unknown; readonly prototype?: unknown };
  return made === Object && prototype === undefined && !Object.hasOwn(value, '__proto__');
}

/** Whether something is a list without objects, surely. */
function isFlat(part: object): boolean {
  try {
    return Array.isArray(part) && typeof part[0] !== 'object';
  } catch {
    return false;
  }
}

function unreadable(path: string, error: unknown): Issue {
  const hint = error instanceof Error ? { hint: error.message } : {};
  return { path, expected: 'a value that can be read', got: 'one that throws an error', ...hint };
}

/**
 * Reads parts of unchecked input, whose getters are foreign code.
 * @throws ConfigError also for anything they throw.
 */
export function reading<T>(take: () => T, path = ''): T {
  try {
    return take();
  } catch (error) {
    throw error instanceof ConfigError ? error : new ConfigError([unreadable(path, error)]);
  }
}

/** Parses, or throws one ConfigError that lists all problems. */
export function parse<S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> {
  const issues = inputIssues(input);
  if (issues.length > 0) throw new ConfigError(issues);
  const result = reading(() => v.safeParse(schema, input));
  if (!result.success) throw new ConfigError(distinct(result.issues.map(toIssue)));
  return result.output;
}

/** Reports a value that breaks two rules of one kind only once. */
function distinct(issues: readonly Issue[]): Issue[] {
  return [...new Map(issues.map((issue) => [`${issue.path}\n${issue.expected}`, issue])).values()];
}

/** A hint with the candidate that `name` probably means. */
export function didYouMean(name: unknown, candidates: readonly string[]): { hint: string } | Record<string, never> {
  if (typeof name !== 'string') return {};
  const normal = (text: string) => text.toLowerCase().replaceAll(/[-_ ]/g, '');
  const ranked = candidates
    .map((candidate) => ({ candidate, far: distance(normal(name), normal(candidate)) }))
    .sort((a, b) => a.far - b.far);
  const best = ranked[0];
  if (best === undefined || best.far > Math.max(2, best.candidate.length / 3)) return {};
  return { hint: `did you mean ${show(best.candidate)}?` };
}

function toIssue(issue: v.BaseIssue<unknown>): Issue {
  const path = v
    .getDotPath(issue)
    ?.split('.')
    // A key may be an empty string.
    .map((key) => (key === '' ? '""' : key))
    .reduce((text, key) => (/^\d+$/.test(key) ? `${text}[${key}]` : text === '' ? key : `${text}.${key}`), '');
  const where = path ?? '';
  if (issue.message.startsWith(UNKNOWN_KEY)) {
    const known = issue.message.slice(UNKNOWN_KEY.length).split(', ');
    return {
      path: where,
      expected: `one of the keys ${known.join(', ')}`,
      got: 'an unknown key',
      ...didYouMean(issue.path?.at(-1)?.key, known),
    };
  }
  // Valibot prints the alternatives as ("a" | "b"); for numbers the schema has its own message.
  if (issue.type === 'picklist' && issue.expected?.includes('"')) {
    const names = [...issue.expected.matchAll(/"([^"]*)"/g)].map(([, name]) => name as string);
    return {
      path: where,
      expected: `one of ${names.join(', ')}`,
      got: show(issue.input),
      ...didYouMean(issue.input, names),
    };
  }
  const missing = issue.kind === 'schema' && /^"/.test(issue.expected ?? '');
  if (missing) return { path: where, expected: 'a value', got: 'nothing' };
  return { path: where, expected: wordsOf(issue), got: show(issue.input) };
}

/** The expectation, in our words if the schema has no message. */
function wordsOf({ message, expected }: v.BaseIssue<unknown>): string {
  if (!message.startsWith('Invalid ')) return message;
  const kinds: Readonly<Record<string, string>> = {
    Array: 'a list',
    Object: 'an object',
    string: 'text',
    number: 'a number',
    boolean: 'true or false',
  };
  return kinds[expected ?? ''] ?? expected ?? 'another value';
}
