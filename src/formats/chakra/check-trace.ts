import { ConfigError, show } from '../../base/errors.js';
import { checkRecords, type FieldRule, listOf, oneOf, TEXT, WHOLE } from '../../base/records.js';
import { reading } from '../../base/validate.js';
import { NODE_KINDS, type Trace } from './graph.js';

/** The range of 64 bits, signed or unsigned. */
const LEAST = -(2n ** 63n);
const MOST = 2n ** 64n - 1n;

const ATTRIBUTES: FieldRule = {
  expected: 'a Map from names to numbers, texts, booleans, bytes, or lists of one of them',
  fits: (value) => value instanceof Map && [...value].every(([name, one]) => typeof name === 'string' && isValue(one)),
};

const RULES = {
  ...{ id: WHOLE, name: TEXT, kind: oneOf(NODE_KINDS), dependsOn: listOf(WHOLE), durationMicros: WHOLE },
  attributes: ATTRIBUTES,
};

/**
 * Checks a trace given by a caller.
 * @throws ConfigError
 */
export function checkTrace(trace: Trace): void {
  const { version, nodes } = reading(() => ({ ...(trace as Partial<Trace> | undefined) }), 'trace');
  if (typeof version !== 'string') throw new ConfigError([{ path: 'version', expected: 'text', got: show(version) }]);
  checkRecords(nodes, 'nodes', RULES);
}

function isValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((one) => isSingle(one) && kindOf(one) === kindOf(value[0]));
  if (typeof value === 'object' && value !== null && 'reals' in value) {
    return Array.isArray(value.reals) && value.reals.every((one) => typeof one === 'number');
  }
  if (typeof value === 'object' && value !== null && 'real' in value) return typeof value.real === 'number';
  return isSingle(value);
}

function isSingle(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value === 'bigint') return value >= LEAST && value <= MOST;
  return typeof value === 'string' || typeof value === 'boolean' || value instanceof Uint8Array;
}

function kindOf(value: unknown): string {
  return typeof value === 'bigint' ? 'number' : typeof value;
}
