import { WireType } from '@bufbuild/protobuf/wire';
import { ATTRIBUTE_TYPES, type AttributeType, asList, asValue, type Single } from './attribute-types.js';
import type { AttributeValue } from './graph.js';
import type { WireCursor } from './wire-cursor.js';

/**
 * Reads an attribute into `attributes`. As in the reference, the first of a name counts; attributes
 * without a value do not count.
 *
 * @param names keeps each name once, because nearly every node has the same few
 */
export function readAttribute(
  cursor: WireCursor,
  names: Map<string, string>,
  attributes: Map<string, AttributeValue>,
): void {
  const { reader } = cursor;
  let name = '';
  let value: AttributeValue | undefined;
  const end = cursor.end('an attribute');
  while (reader.pos < end) {
    const [field, wire] = reader.tag();
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
  const shared = names.get(name);
  // Bounded, because a file with all different names gains nothing from it.
  if (shared === undefined && names.size < 1024) names.set(name, name);
  if (value !== undefined && !attributes.has(name)) attributes.set(shared ?? name, value);
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
