/** Values that no function of ours is made for, by name: what comes back of them is an error that says so. */
export const HOSTILE: readonly (readonly [name: string, value: () => unknown])[] = [
  ['undefined', () => undefined],
  ['null', () => null],
  ['{}', () => ({})],
  ['[]', () => []],
  ['[null]', () => [null]],
  ['a list with a hole', () => new Array(1)],
  ['1n', () => 1n],
  ['NaN', () => Number.NaN],
  ['-1', () => -1],
  ['0.5', () => 0.5],
  ['Infinity', () => Number.POSITIVE_INFINITY],
  ['2^53', () => 2 ** 53],
  ['""', () => ''],
  ['"x"', () => 'x'],
  ['escapes', () => '\u001b[31m\u0007'],
  ['true', () => true],
  ['a symbol', () => Symbol('s')],
  ['a function', () => () => 1],
  ['a date', () => new Date(Number.NaN)],
  ['no prototype', () => Object.create(null)],
  ['a key __proto__', () => JSON.parse('{"__proto__": {"npus": 2}}')],
  ['a map', () => new Map([[1, 2]])],
  ['a circle', circle],
  ['nested deeply', () => nested(20_000)],
  ['getters that throw', () => new Proxy({}, { get: refuse, has: refuse, ownKeys: refuse, getPrototypeOf: refuse })],
  ['a value that throws', () => ({ valueOf: refuse, toString: refuse, toJSON: refuse, [Symbol.toPrimitive]: refuse })],
];

function refuse(): never {
  throw new Error('a getter of the caller');
}

function circle(): object {
  const one: { self?: object } = {};
  one.self = one;
  return one;
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

/** Copies of a value in each of which one part, or the whole, is another value. */
export function* withPart(value: unknown, other: () => unknown, path = ''): Generator<readonly [string, unknown]> {
  yield [path, other()];
  if (typeof value !== 'object' || value === null || isOpaque(value)) return;
  for (const key of Object.keys(value)) {
    // Of a list the first parts stand for the others.
    if (Array.isArray(value) && Number(key) > 1) break;
    for (const [where, part] of withPart((value as Record<string, unknown>)[key], other, `${path}.${key}`)) {
      const copy = Array.isArray(value) ? [...value] : { ...value };
      (copy as Record<string, unknown>)[key] = part;
      yield [where, copy];
    }
  }
}

function isOpaque(value: object): boolean {
  return ArrayBuffer.isView(value) || value instanceof AbortSignal;
}

/** Where in a result a number is NaN; undefined when nowhere. */
export function nanIn(value: unknown, path = '', depth = 0): string | undefined {
  if (typeof value === 'number') return Number.isNaN(value) ? path : undefined;
  if (typeof value !== 'object' || value === null || depth > 8) return undefined;
  for (const [key, part] of Object.entries(value)) {
    const found = nanIn(part, `${path}.${key}`, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
