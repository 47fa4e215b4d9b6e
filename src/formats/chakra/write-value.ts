import { type BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { AttributeValue } from './graph.js';

/** How to write values of one protobuf type; lists use the field after the single value's. */
interface Written<T> {
  readonly field: number;
  readonly wire: WireType;
  readonly write: (writer: BinaryWriter, value: T) => BinaryWriter;
}

const { Varint, Bit64, LengthDelimited } = WireType;
const DOUBLE: Written<number> = { field: 3, wire: Bit64, write: (writer, value) => writer.double(value) };
const INT64: Written<number | bigint> = { field: 9, wire: Varint, write: (writer, value) => writer.int64(value) };
const UINT64: Written<number | bigint> = { field: 13, wire: Varint, write: (writer, value) => writer.uint64(value) };
const BOOL: Written<boolean> = { field: 27, wire: Varint, write: (writer, value) => writer.bool(value) };
const STRING: Written<string> = { field: 29, wire: LengthDelimited, write: (writer, value) => writer.string(value) };
const BYTES: Written<Uint8Array> = { field: 31, wire: LengthDelimited, write: (writer, value) => writer.bytes(value) };

/** Larger integers fit only `uint64`. */
const LARGEST_SIGNED = 2n ** 63n - 1n;

/** Writes the value of an attribute. */
export function writeValue(writer: BinaryWriter, value: AttributeValue): void {
  if (typeof value === 'object' && 'reals' in value) writeList(writer, DOUBLE, value.reals);
  else if (typeof value === 'object' && 'real' in value) writeSingle(writer, DOUBLE, value.real);
  else if (!Array.isArray(value)) writeSingle(writer, writtenAs([value as Plain]), value as Plain);
  else writeList(writer, writtenAs(value), value);
}

type Plain = number | bigint | boolean | string | Uint8Array;

/** An empty list has no type: it is written as booleans, like the only list with a meaning (`involved_dim`). */
function writtenAs(values: readonly Plain[]): Written<Plain> {
  const [first] = values;
  const isInteger = typeof first === 'number' || typeof first === 'bigint';
  const written = isInteger
    ? values.some((value) => typeof value === 'bigint' && value > LARGEST_SIGNED)
      ? UINT64
      : INT64
    : typeof first === 'string'
      ? STRING
      : first instanceof Uint8Array
        ? BYTES
        : BOOL;
  return written as Written<Plain>;
}

function writeSingle<T>(writer: BinaryWriter, { field, wire, write }: Written<T>, value: T): void {
  write(writer.tag(field, wire), value);
}

/** Packed, except for values with their own length. */
function writeList<T>(writer: BinaryWriter, { field, wire, write }: Written<T>, values: readonly T[]): void {
  writer.tag(field + 1, LengthDelimited).fork();
  if (wire === LengthDelimited) {
    for (const value of values) write(writer.tag(1, wire), value);
  } else {
    writer.tag(1, LengthDelimited).fork();
    for (const value of values) write(writer, value);
    writer.join();
  }
  writer.join();
}
