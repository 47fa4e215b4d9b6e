import { ConfigError, type Issue, show } from './errors.js';

/**
 * A quantity: a number in the base unit (bytes, ns, bytes per ns), or a string with a
 * unit, such as `"100 MiB"`, `"2 us"`, `"600 GB/s"`, `"600 GiB/s"`, `"400 Gbit/s"`.
 */
export type Quantity = number | string;

export type QuantityKind = 'bytes' | 'time' | 'bandwidth';

/**
 * Units are counted in 1 / `per` of a base unit: dividing once, at the end, gives the
 * same bits as the reference's `bandwidth * 2^30 / 1e9`.
 */
const KINDS = {
  bytes: { per: 1, example: '"100 MiB"', label: 'bytes' },
  time: { per: 1, example: '"500 ns"', label: 'ns' },
  bandwidth: { per: 1e9, example: '"600 GB/s"', label: 'bytes per ns' },
} as const;

/** A number and an optional unit, which begins with a letter and has no digits. */
const QUANTITY = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*([a-zA-Zμµ][a-zA-Zμµ/ ]*)?$/;

/** Longer text is not a quantity and is not parsed. */
const MAX_LENGTH = 100;

/** Parses a quantity to its base unit, or returns an issue with an empty path. */
export function readQuantity(kind: QuantityKind, value: unknown): number | Issue {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? value : issue(kind, value);
  }
  if (typeof value !== 'string') return issue(kind, value);
  const [, digits, unit] = (value.length <= MAX_LENGTH && QUANTITY.exec(value.trim())) || [];
  if (digits === undefined) return issue(kind, value);
  if (unit === undefined) return readQuantity(kind, Number(digits));
  const scale = unitScale(kind, unit);
  if (scale === undefined) return issue(kind, value, `unknown unit ${show(unit)}`);
  const { per } = KINDS[kind];
  const result = Number.isInteger(scale / per) ? Number(digits) * (scale / per) : (Number(digits) * scale) / per;
  return Number.isFinite(result) ? result : issue(kind, value);
}

/**
 * Parses a quantity such as `"100 MiB"` to its base unit: bytes, ns, or bytes per ns.
 *
 * @example
 * parseQuantity('bytes', '100 MiB'); // 104857600
 * @throws ConfigError if it is not a number, or the unit is unknown or of another kind.
 */
export function parseQuantity(kind: QuantityKind, value: Quantity): number {
  if (!Object.hasOwn(KINDS, show(kind).slice(1, -1))) {
    throw new ConfigError([{ path: 'kind', expected: `one of ${Object.keys(KINDS).join(', ')}`, got: show(kind) }]);
  }
  const result = readQuantity(kind, value);
  if (typeof result === 'object') throw new ConfigError([result]);
  return result;
}

/** Prefixes by power: of 1000 or, with an `i`, of 1024. */
const POWERS = 'kMGTPEZY';
const DECIMAL = ['kilo', 'mega', 'giga', 'tera', 'peta', 'exa', 'zetta', 'yotta'];
const BINARY = ['kibi', 'mebi', 'gibi', 'tebi', 'pebi', 'exbi', 'zebi', 'yobi'];

/** `GiB`, `Gbit`, `gigabytes`: prefix, power of 1024 or not, what it counts. */
const SHORT_DATA = /^(?:([kKMGTPEZY])(i?))?(B|b|bits?)$/;
const LONG_DATA = /^([a-z]*?)(byte|bit)s?$/;

/** Units of time, ns. */
const TIMES: Readonly<Record<string, number>> = {
  ...{ fs: 1e-6, ps: 1e-3, ns: 1, us: 1e3, ms: 1e6, s: 1e9 },
  ...{ femtosecond: 1e-6, picosecond: 1e-3, nanosecond: 1, microsecond: 1e3, millisecond: 1e6, second: 1e9, sec: 1e9 },
  ...{ min: 6e10, minute: 6e10, h: 3.6e12, hr: 3.6e12, hour: 3.6e12, day: 8.64e13, week: 6.048e14 },
};

/** Base units (before `per`) in one `unit`; undefined if it is not of this kind. */
function unitScale(kind: QuantityKind, unit: string): number | undefined {
  if (kind === 'bytes') return bytesOf(unit);
  if (kind === 'time') return nsOf(unit);
  const [data = '', time = '', ...more] = unit.replace(/(?<=[bB])ps$/, '/s').split('/');
  const [bytes, ns] = [bytesOf(data.trim()), nsOf(time.trim())];
  if (bytes === undefined || ns === undefined || more.length > 0) return undefined;
  // A single operation on whole numbers, so that the result is correctly rounded.
  return ns > 1e9 ? bytes / (ns / 1e9) : bytes * (1e9 / ns);
}

function bytesOf(unit: string): number | undefined {
  const [, short, binary, counted] = SHORT_DATA.exec(unit) ?? [];
  if (counted !== undefined) {
    // Only K has two spellings, and none with an i.
    if (short === 'k' && binary === 'i') return undefined;
    const power = short === undefined ? 0 : POWERS.indexOf(short.replace('K', 'k')) + 1;
    return (binary === 'i' ? 1024 : 1000) ** power / (counted === 'B' ? 1 : 8);
  }
  const [, prefix, long] = LONG_DATA.exec(unit) ?? [];
  if (prefix === undefined) return undefined;
  const [decimal, power] = [DECIMAL.indexOf(prefix) + 1, BINARY.indexOf(prefix) + 1];
  if (prefix !== '' && decimal + power === 0) return undefined;
  return (1000 ** decimal * 1024 ** power) / (long === 'byte' ? 1 : 8);
}

function nsOf(unit: string): number | undefined {
  const name = unit.replace(/^[\u03bc\u00b5](?=s$)/, 'u').replace(/(?<=second|sec|minute|min|hour|hr|day|week)s$/, '');
  return Object.hasOwn(TIMES, name) ? TIMES[name] : undefined;
}

function issue(kind: QuantityKind, value: unknown, hint?: string): Issue {
  const { label, example } = KINDS[kind];
  const expected = `a number (${label}) or a string with a unit such as ${example}`;
  return { path: '', expected, got: show(value), ...(hint === undefined ? {} : { hint }) };
}

/**
 * Formats bytes for people: `1048576` is `1 MiB`. Binary units, at most three decimals.
 * @throws ConfigError if it is not a finite number.
 */
export function formatBytes(bytes: number): string {
  if (typeof bytes !== 'number' || !Number.isFinite(bytes)) {
    throw new ConfigError([{ path: 'bytes', expected: 'a finite number', got: show(bytes) }]);
  }
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number(value.toFixed(3))} ${units[unit]}`;
}
