import { type BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import type { AttributeValue, Integer } from './graph.js';
import { integerOf, signed, unsigned } from './varint.js';

export type Single = Integer | boolean | string | Uint8Array;

/** One of the fifteen protobuf types an attribute may hold, alone or in a list. */
export interface AttributeType {
  /** As in the schema's field names: `int64` in `int64_val` and `int64_list`. */
  readonly name: string;
  /** Number of the field with a single value; the list has the next one. */
  readonly field: number;
  readonly wire: WireType;
  readonly read: (reader: BinaryReader, bytes: Uint8Array) => Single;
}

const { Varint, Bit64, Bit32, LengthDelimited } = WireType;

export const ATTRIBUTE_TYPES: readonly AttributeType[] = [
  { name: 'double', field: 3, wire: Bit64, read: (reader) => reader.double() },
  { name: 'float', field: 5, wire: Bit32, read: (reader) => reader.float() },
  { name: 'int32', field: 7, wire: Varint, read: (reader) => reader.int32() },
  { name: 'int64', field: 9, wire: Varint, read: signed },
  { name: 'uint32', field: 11, wire: Varint, read: (reader) => reader.uint32() },
  { name: 'uint64', field: 13, wire: Varint, read: unsigned },
  { name: 'sint32', field: 15, wire: Varint, read: (reader) => reader.sint32() },
  { name: 'sint64', field: 17, wire: Varint, read: (reader) => integerOf(reader.sint64()) },
  { name: 'fixed32', field: 19, wire: Bit32, read: (reader) => reader.fixed32() },
  { name: 'fixed64', field: 21, wire: Bit64, read: (reader) => integerOf(reader.fixed64()) },
  { name: 'sfixed32', field: 23, wire: Bit32, read: (reader) => reader.sfixed32() },
  { name: 'sfixed64', field: 25, wire: Bit64, read: (reader) => integerOf(reader.sfixed64()) },
  { name: 'bool', field: 27, wire: Varint, read: (reader) => reader.bool() },
  { name: 'string', field: 29, wire: LengthDelimited, read: (reader) => reader.string() },
  // A copy, because a view would keep the whole file in memory as long as its node lives.
  { name: 'bytes', field: 31, wire: LengthDelimited, read: (reader) => reader.bytes().slice() },
];

const isReal = ({ name }: AttributeType) => name === 'double' || name === 'float';

/** A single value as stored in a node. */
export function asValue(type: AttributeType, value: Single): AttributeValue {
  return isReal(type) ? { real: value as number } : value;
}

/** A list as stored in a node. */
export function asList(type: AttributeType, values: readonly Single[]): AttributeValue {
  return isReal(type) ? { reals: values as readonly number[] } : (values as AttributeValue);
}
