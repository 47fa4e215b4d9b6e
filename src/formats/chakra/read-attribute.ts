import { WireType } from '@bufbuild/protobuf/wire';
import { ATTRIBUTE_TYPES, type AttributeType, asList, asValue, type Single } from './attribute-types.js';
import type { AttributeValue } from './graph.js';
import type { WireCursor } from './wire-cursor.js';

/** Attributes that have been read: nodes have the same ones over and over, byte for byte. */
export type KnownAttributes = Map<string, { readonly name: string; readonly value: AttributeValue }>;

// Bounded: a file in which no attribute comes again gains nothing from it.
const MOST_KNOWN = 1024;
const LONGEST_KNOWN = 64;

/**
 * Reads an attribute into `attributes`. The first of a name counts, as for the reference; one
 * without a value is as good as none.
 */
export function readAttribute(
  cursor: WireCursor,
  attributes: Map<string, AttributeValue>,
  known: KnownAttributes,
): void {
  const { reader } = cursor;
  const end = cursor.end('an attribute');
  const text = end - reader.pos > LONGEST_KNOWN ? undefined : cursor.ahead(end);
  const before = text === undefined ? undefined : known.get(text);
  if (before !== undefined) {
    reader.pos = end;
    add(attributes, before.name, before.value);
    return;
  }
  let name = '';
  let value: AttributeValue | undefined;
  while (reader.pos < end) {
    const tag = cursor.tag();
    const field = tag >>> 3;
    const wire = tag & 7;
    const type = ATTRIBUTE_TYPES[(field - 3) >> 1];
    if (field === 1) {
      name = cursor.string(wire, 'name');
    } else if (type === undefined) {
      reader.skip(wire, field);
    } else if (field === type.field) {
      cursor.expect(type.wire, wire, `${type.name}_val`);
      value = asValue(type, type.read(reader, cursor.bytes));
    } else {
      cursor.expect(WireType.LengthDelimited, wire, `${type.name}_list`);
      value = asList(type, readList(cursor, type));
    }
    cursor.inside(end);
  }
  if (value === undefined) return;
  add(attributes, name, value);
  // Lists and bytes are those of their node.
  if (text !== undefined && typeof value !== 'object' && known.size < MOST_KNOWN) known.set(text, { name, value });
}

function add(attributes: Map<string, AttributeValue>, name: string, value: AttributeValue): void {
  if (!attributes.has(name)) attributes.set(name, value);
}

function readList(cursor: WireCursor, type: AttributeType): Single[] {
  const { reader, bytes } = cursor;
  const values: Single[] = [];
  const end = cursor.end(`${type.name}_list`);
  while (reader.pos < end) {
    const [field, wire] = reader.tag();
    if (field !== 1) {
      reader.skip(wire, field);
    } else if (wire === WireType.LengthDelimited && type.wire !== WireType.LengthDelimited) {
      const packedEnd = cursor.end('values');
      while (reader.pos < packedEnd) values.push(type.read(reader, bytes));
      cursor.inside(packedEnd);
    } else {
      cursor.expect(type.wire, wire, 'values');
      values.push(type.read(reader, bytes));
    }
    cursor.inside(end);
  }
  return values;
}
