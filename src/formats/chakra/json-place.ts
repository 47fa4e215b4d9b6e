import { type ConfigError, show } from '../../base/errors.js';
import { didYouMean } from '../../base/validate.js';
import type { Integer } from './graph.js';
import type { JsonObject } from './json-objects.js';
import { integerOf } from './varint.js';

/** A value in a JSON object, read by protobuf's JSON mapping. */
export class JsonPlace {
  readonly value: unknown;
  readonly #object: JsonObject;
  readonly #path: () => (string | number)[];

  constructor(object: JsonObject, value: unknown = object.value, path: () => (string | number)[] = () => []) {
    this.#object = object;
    this.value = value;
    this.#path = path;
  }

  /** The members of an object by their schema names; accepts either spelling, and null as absent. */
  fields(known: readonly string[]): Map<string, JsonPlace> {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value)) throw this.not('an object');
    const fields = new Map<string, JsonPlace>();
    for (const [key, value] of Object.entries(this.value)) {
      const name = key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      const place = this.#inner(key, value);
      if (!known.includes(name)) {
        const expected = `one of the keys ${known.map(camel).join(', ')}`;
        throw place.#wrong(expected, `the unknown key ${show(key)}`, didYouMean(key, known.map(camel)));
      }
      if (value !== null) fields.set(name, place);
    }
    return fields;
  }

  /** The members of an object by their names in the file; null counts as absent. */
  members(): Map<string, JsonPlace> {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value)) throw this.not('an object');
    const given = Object.entries(this.value).filter(([, value]) => value !== null);
    return new Map(given.map(([key, value]) => [key, this.#inner(key, value)]));
  }

  items(): JsonPlace[] {
    if (!Array.isArray(this.value)) throw this.not('a list');
    return this.value.map((value, i) => this.#inner(i, value));
  }

  string(): string {
    if (typeof this.value !== 'string') throw this.not('a string');
    return this.value;
  }

  boolean(): boolean {
    if (typeof this.value !== 'boolean') throw this.not('true or false');
    return this.value;
  }

  /** A number, or a string for a number that JSON cannot express. */
  real(): number {
    const { value } = this;
    if (typeof value === 'number') return value;
    if (value === 'NaN' || (typeof value === 'string' && /^-?(Infinity|\d+(\.\d*)?(e[+-]?\d+)?)$/i.test(value))) {
      return Number(value);
    }
    throw this.not('a number');
  }

  /** An integer as a number or as a string of digits, the form of 64-bit ones. */
  integer(atLeast: bigint, atMost: bigint): Integer {
    const { value } = this;
    const isInteger = typeof value === 'string' ? /^-?\d{1,20}$/.test(value) : Number.isInteger(value);
    const integer = isInteger ? BigInt(value as string | number) : undefined;
    if (integer === undefined || integer < atLeast || integer > atMost) {
      throw this.not(`an integer from ${atLeast} to ${atMost}`);
    }
    return integerOf(integer);
  }

  unsigned(): number {
    return Number(this.integer(0n, BigInt(Number.MAX_SAFE_INTEGER)));
  }

  bytes(): Uint8Array {
    const base64 = this.string().replaceAll('-', '+').replaceAll('_', '/');
    try {
      return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    } catch {
      throw this.not('bytes in base64');
    }
  }

  not(expected: string): ConfigError {
    return this.#wrong(expected, show(this.value));
  }

  /** The error for a file of another, known kind, with a hint how to convert it. */
  other(expected: string, kind: string, hint: string): ConfigError {
    return this.#wrong(expected, kind, { hint });
  }

  #wrong(expected: string, got: string, hint: { hint?: string } = {}): ConfigError {
    return this.#object.wrong(this.#path(), { expected, got, ...hint });
  }

  #inner(key: string | number, value: unknown): JsonPlace {
    return new JsonPlace(this.#object, value, () => [...this.#path(), key]);
  }
}

function camel(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
