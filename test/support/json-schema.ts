/** A JSON schema, of the words that ours uses. */
export interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

const KNOWN = new Set([
  ...['$schema', '$id', '$ref', '$defs', 'title', 'description', 'type', 'const', 'enum', 'required', 'properties'],
  ...['additionalProperties', 'items', 'oneOf', 'anyOf'],
]);

/** Where a value is not as a schema says; empty when it is. Words that are not checked here are an error. */
export function schemaFaults(root: Schema, value: unknown): string[] {
  const check = (schema: Schema, one: unknown, path: string): string[] => {
    const unknown = Object.keys(schema).filter((word) => !KNOWN.has(word));
    if (unknown.length > 0) throw new Error(`${path}: ${unknown} in the schema is not checked`);
    const faults: string[] = [];
    const { $ref, type, required = [], properties = {}, additionalProperties = true, items, oneOf, anyOf } = schema;
    if ($ref !== undefined) {
      const target = root.$defs?.[$ref.replace('#/$defs/', '')];
      if (target === undefined) throw new Error(`${$ref} is not there`);
      faults.push(...check(target, one, path));
    }
    if (type !== undefined && ![type].flat().some((name) => isType(one, name))) faults.push(`${path}: no ${type}`);
    if ('const' in schema && one !== schema.const) faults.push(`${path}: not ${schema.const}`);
    if (schema.enum !== undefined && !schema.enum.includes(one)) faults.push(`${path}: none of ${schema.enum}`);
    if (isType(one, 'object')) {
      const members = one as Readonly<Record<string, unknown>>;
      for (const key of required) if (!(key in members)) faults.push(`${path}: no ${key}`);
      for (const [key, member] of Object.entries(members)) {
        const own = properties[key] ?? additionalProperties;
        if (own === false) faults.push(`${path}: unknown ${key}`);
        else if (own !== true) faults.push(...check(own, member, `${path}.${key}`));
      }
    }
    if (items !== undefined && Array.isArray(one)) {
      faults.push(...one.flatMap((item, i) => check(items, item, `${path}[${i}]`)));
    }
    for (const [list, exactly] of [
      [oneOf, true],
      [anyOf, false],
    ] as const) {
      if (list === undefined) continue;
      const tried = list.map((option) => check(option, one, path));
      const fits = tried.filter(({ length }) => length === 0).length;
      if (fits === 0) faults.push(...tried.flat());
      else if (exactly && fits > 1) faults.push(`${path}: ${fits} of oneOf fit`);
    }
    return faults;
  };
  return check(root, value, '$');
}

function isType(value: unknown, type: string): boolean {
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return type === 'integer' ? Number.isInteger(value) : typeof value === type;
}
