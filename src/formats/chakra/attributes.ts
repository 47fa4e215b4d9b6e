import { ConfigError, show } from '../../base/errors.js';
import { place } from '../../workload/place.js';
import type { AttributeValue, TraceNode } from './graph.js';

/** How to read an attribute. */
export interface Reading<T> {
  /** The file of the node, for the error message. */
  readonly file?: string | undefined;
  /** The value if the node has no such attribute. Without it, that is an error. */
  readonly absent?: T;
}

/** An integer of any width. */
export function integer(node: TraceNode, name: string, reading: Reading<number> = {}): number {
  const value = node.attributes.get(name);
  if (typeof value === 'number') return value;
  const expected = 'an integer below 2^53';
  return attribute(node, name, reading, expected, (value) => (typeof value === 'number' ? value : undefined));
}

/** A floating-point number or an integer. */
export function real(node: TraceNode, name: string, reading: Reading<number> = {}): number {
  return attribute(node, name, reading, 'a number', (value) => {
    if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
    return isReal(value) ? value.real : undefined;
  });
}

/** A boolean or any integer: 0 is false. */
export function flag(node: TraceNode, name: string, reading: Reading<boolean> = {}): boolean {
  const value = node.attributes.get(name);
  if (typeof value === 'boolean') return value;
  return attribute(node, name, reading, 'true or false', asFlag);
}

function asFlag(value: AttributeValue): boolean | undefined {
  if (typeof value === 'boolean') return value;
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) !== 0 : undefined;
}

/** A string. */
export function text(node: TraceNode, name: string, reading: Reading<string> = {}): string {
  return attribute(node, name, reading, 'a string', (value) => (typeof value === 'string' ? value : undefined));
}

/** A list of booleans or integers; may be empty. */
export function booleans(node: TraceNode, name: string, reading: Reading<readonly boolean[]> = {}): readonly boolean[] {
  return attribute(node, name, reading, 'a list of true or false', (value) =>
    Array.isArray(value) && value.every((one) => asFlag(one) !== undefined)
      ? value.map((one) => asFlag(one) === true)
      : undefined,
  );
}

function attribute<T>(
  node: TraceNode,
  name: string,
  { file = '', absent }: Reading<T>,
  expected: string,
  read: (value: AttributeValue) => T | undefined,
): T {
  const value = node.attributes.get(name);
  if (value === undefined && absent !== undefined) return absent;
  const result = value === undefined ? undefined : read(value);
  if (result !== undefined) return result;
  const got = value === undefined ? 'nothing' : showValue(value);
  throw new ConfigError([{ path: `${place(file, node.id)}, attribute ${name}`, expected, got }]);
}

function showValue(value: AttributeValue): string {
  return isReal(value) ? `the floating-point number ${value.real}` : show(value);
}

function isReal(value: AttributeValue): value is { readonly real: number } {
  return typeof value === 'object' && 'real' in value;
}
