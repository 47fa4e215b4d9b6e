import { ATTRIBUTE_TYPES, type AttributeType, asList, asValue, type Single } from './attribute-types.js';
import type { AttributeValue } from './graph.js';
import type { JsonPlace } from './json-place.js';

const FIELDS = ['name', 'doc_string', ...ATTRIBUTE_TYPES.flatMap(({ name }) => [`${name}_val`, `${name}_list`])];

/** Reads an attribute into `attributes`; the first of a name counts, attributes without a value do not. */
export function readJsonAttribute(place: JsonPlace, attributes: Map<string, AttributeValue>): void {
  const fields = place.fields(FIELDS);
  const name = fields.get('name')?.string() ?? '';
  const values = ATTRIBUTE_TYPES.flatMap((type) => {
    const single = fields.get(`${type.name}_val`);
    const list = fields.get(`${type.name}_list`);
    return [
      ...(single === undefined ? [] : [asValue(type, read(type, single))]),
      ...(list === undefined
        ? []
        : [
            asList(
              type,
              itemsOf(list).map((item) => read(type, item)),
            ),
          ]),
    ];
  });
  if (values.length > 1) throw place.not('an attribute with one value');
  const [value] = values;
  if (value !== undefined && !attributes.has(name)) attributes.set(name, value);
}

function itemsOf(list: JsonPlace): JsonPlace[] {
  return list.fields(['values']).get('values')?.items() ?? [];
}

function read({ name }: AttributeType, place: JsonPlace): Single {
  switch (name) {
    case 'double':
    case 'float':
      return place.real();
    case 'bool':
      return place.boolean();
    case 'string':
      return place.string();
    case 'bytes':
      return place.bytes();
    default: {
      const isUnsigned = /^(u|fixed)/.test(name);
      const bits = BigInt(name.endsWith('64') ? 64 : 32);
      return isUnsigned
        ? place.integer(0n, 2n ** bits - 1n)
        : place.integer(-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n);
    }
  }
}
