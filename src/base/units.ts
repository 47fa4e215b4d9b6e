import { loadMath } from '#mathjs';
import { ConfigError, type Issue, show } from './errors.js';

/**
 * A quantity: a number in the base unit (bytes, ns, bytes per ns), or a string with a
 * unit, such as `"100 MiB"`, `"2 us"`, `"600 GB/s"`, `"600 GiB/s"`, `"400 Gbit/s"`.
 */
export type Quantity = number | string;

export type QuantityKind = 'bytes' | 'time' | 'bandwidth';

/**
 * One base unit as `base * times / per` of mathjs's own, both integers: dividing last, and
 * once, gives the same bits as the reference's `bandwidth * 2^30 / 1e9`.
 */
const KINDS = {
  bytes: { base: 'B', per: 1, example: '"100 MiB"', label: 'bytes' },
  time: { base: 'ns', per: 1, example: '"500 ns"', label: 'ns' },
  bandwidth: { base: 'B/s', per: 1e9, example: '"600 GB/s"', label: 'bytes per ns' },
} as const;

/** A number and, perhaps, a unit, which begins with a letter and holds no digits. */
const QUANTITY = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*([a-zA-Zμµ][a-zA-Zμµ/ ]*)?$/;

/** No quantity is longer; longer text is not worth a search. */
const MAX_LENGTH = 100;

/** Parses a quantity to its base unit, or says what is wrong with it (path left empty). */
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
 * @throws ConfigError when it is not a number, or the unit is unknown or of another kind.
 */
export function parseQuantity(kind: QuantityKind, value: Quantity): number {
  const result = readQuantity(kind, value);
  if (typeof result === 'object') throw new ConfigError([result]);
  return result;
}

/** How many base units (before `per`) one `unit` is; undefined when it is none of this kind. */
function unitScale(kind: QuantityKind, unit: string): number | undefined {
  const { unit: mathUnit } = loadMath();
  const { base } = KINDS[kind];
  // Spellings of the field that mathjs lacks: KB, Gbit, Gbps, GBps.
  const spelled = unit
    .replace(/ps$/, (ps) => (/[bB]ps$/.test(unit) ? '/s' : ps))
    .replace(/\bK(?=[bB])/, 'k')
    .replace(/([KkMGTPE]i?)bits?\b/, '$1b')
    .replace(/^μ|^µ/, 'u');
  try {
    const scale = mathUnit(1, spelled).toNumber(base);
    // mathjs computes 1 s as 999999999.9999999 ns: most units are whole numbers of the base, or one over one.
    return nearWhole(scale) ?? invert(nearWhole(1 / scale)) ?? scale;
  } catch {
    return undefined;
  }
}

function nearWhole(value: number): number | undefined {
  const whole = Math.round(value);
  return whole > 0 && Math.abs(value - whole) < 1e-9 * whole ? whole : undefined;
}

function invert(value: number | undefined): number | undefined {
  return value === undefined ? undefined : 1 / value;
}

function issue(kind: QuantityKind, value: unknown, hint?: string): Issue {
  const { label, example } = KINDS[kind];
  const expected = `a number (${label}) or a string with a unit such as ${example}`;
  return { path: '', expected, got: show(value), ...(hint === undefined ? {} : { hint }) };
}

/** Bytes for people: `1048576` is `1 MiB`. Binary units, at most three decimals. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number(value.toFixed(3))} ${units[unit]}`;
}
