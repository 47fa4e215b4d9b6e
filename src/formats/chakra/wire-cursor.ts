import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { ConfigError } from '../../base/errors.js';
import { ByteText } from './byte-text.js';
import { unsigned } from './varint.js';

const NOT_ASCII = /[\u0080-\uffff]/;

/**
 * A place in protobuf bytes. One reader passes over all of them, so its position is the
 * offset for error messages, and no message is copied. The reader checks only the end of the bytes;
 * {@link WireCursor.inside} checks that a field stays within its message.
 */
export class WireCursor {
  readonly reader: BinaryReader;
  readonly bytes: Uint8Array;
  readonly #file: string;
  readonly #text: ByteText;

  constructor(bytes: Uint8Array, file: string) {
    this.bytes = bytes;
    this.#file = file;
    this.reader = new BinaryReader(bytes);
    this.#text = new ByteText(bytes);
  }

  /** A field's number and its wire type in one number, 8 times the one plus the other. */
  tag(): number {
    const byte = this.bytes[this.reader.pos] as number;
    // In one byte, as nearly all are: of fields 1 to 15, in a wire type that there is.
    if (byte > 7 && byte < 0x80 && (byte & 7) < 6) {
      this.reader.pos++;
      return byte;
    }
    const [field, wire] = this.reader.tag();
    return 8 * field + wire;
  }

  /** Where that which begins here with its length ends. */
  end(what: string): number {
    const at = this.reader.pos;
    const length = this.short() ?? this.reader.uint32();
    const left = this.bytes.length - this.reader.pos;
    if (length > left) throw this.malformed(at, `${what} of ${length} bytes`, `${left} bytes to the end of the file`);
    return this.reader.pos + length;
  }

  /** Checks that the data just read end by `end`. */
  inside(end: number): void {
    const { pos } = this.reader;
    if (pos > end) throw this.malformed(end, 'a field that ends with its message', `one that ends at byte ${pos}`);
  }

  /** Checks the wire type of a known field. */
  expect(expected: WireType, got: WireType, field: string): void {
    if (got === expected) return;
    const message = `${field} in wire type ${WireType[expected]} (Chakra schema 0.0.4)`;
    throw this.malformed(this.reader.pos, message, `wire type ${WireType[got]}`);
  }

  string(wire: WireType, field: string): string {
    this.expect(WireType.LengthDelimited, wire, field);
    const { reader, bytes } = this;
    const at = reader.pos + 1;
    const end = at + (bytes[reader.pos] as number);
    if (!(end - at < 0x80) || end > bytes.length) return reader.string();
    const text = this.#text.cut(at, end);
    if (NOT_ASCII.test(text)) return reader.string();
    reader.pos = end;
    return text;
  }

  /** The bytes from here to `end`, as text: equal bytes give equal text. */
  ahead(end: number): string {
    return this.#text.cut(this.reader.pos, end);
  }

  unsigned(wire: WireType, field: string): number {
    this.expect(WireType.Varint, wire, field);
    const at = this.reader.pos;
    const short = this.short();
    if (short !== undefined) return short;
    const value = unsigned(this.reader, this.bytes);
    if (typeof value === 'number') return value;
    throw this.malformed(at, `${field} below 2^53`, `${value}`);
  }

  /** Adds to a repeated integer: all packed ones, or a single unpacked one. */
  unsigneds(wire: WireType, field: string, into?: number[]): number[] {
    if (wire !== WireType.LengthDelimited) return appended(into, this.unsigned(wire, field));
    let list = into;
    const end = this.end(field);
    while (this.reader.pos < end) list = appended(list, this.unsigned(WireType.Varint, field));
    this.inside(end);
    return list ?? [];
  }

  /** A varint of one byte, if the next one is that. */
  private short(): number | undefined {
    const byte = this.bytes[this.reader.pos] as number;
    if (!(byte < 0x80)) return undefined;
    this.reader.pos++;
    return byte;
  }

  malformed(offset: number, expected: string, got: string): ConfigError {
    const path = this.#file === '' ? `byte ${offset}` : `${this.#file}: byte ${offset}`;
    return new ConfigError([{ path, expected, got }]);
  }
}

/** A list that is made of its first number has room for one; an empty one that grows would have room for seventeen. */
function appended(list: number[] | undefined, value: number): number[] {
  if (list === undefined) return [value];
  list.push(value);
  return list;
}
