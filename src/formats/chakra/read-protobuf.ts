import { ConfigError } from '../../base/errors.js';
import { type AttributeValue, NODE_KINDS, type NodeKind, type TraceNode } from './graph.js';
import { type KnownAttributes, readAttribute } from './read-attribute.js';
import { WireCursor } from './wire-cursor.js';

export interface TraceReader {
  readonly version: string;
  /** Can be iterated once. */
  readonly nodes: Iterable<TraceNode>;
}

/** Opens a trace in wire form: length-prefixed messages, first the metadata, then the nodes. */
export function readProtobuf(bytes: Uint8Array, file: string): TraceReader {
  const cursor = new WireCursor(bytes, file);
  try {
    return { version: readMetadata(cursor), nodes: readNodes(cursor) };
  } catch (error) {
    throw asConfigError(cursor, 'the metadata', error);
  }
}

function* readNodes(cursor: WireCursor): Generator<TraceNode> {
  const { bytes, reader } = cursor;
  const known: KnownAttributes = new Map();
  try {
    while (reader.pos < bytes.length) yield readNode(cursor, known);
  } catch (error) {
    throw asConfigError(cursor, 'a node', error);
  }
}

/** The wire reader's errors in our terms. */
function asConfigError(cursor: WireCursor, what: string, error: unknown): unknown {
  if (error instanceof ConfigError || !(error instanceof Error)) return error;
  const { length } = cursor.bytes;
  return cursor.malformed(Math.min(cursor.reader.pos, length), `${what} of a Chakra trace`, error.message);
}

function readMetadata(cursor: WireCursor): string {
  const { reader } = cursor;
  let version = '';
  const end = cursor.end('metadata');
  while (reader.pos < end) {
    const [field, wire] = reader.tag();
    if (field === 1) version = cursor.string(wire, 'version');
    else reader.skip(wire, field);
    cursor.inside(end);
  }
  return version;
}

/** Shared by all nodes without attributes: a trace may have millions. */
const NO_ATTRIBUTES: TraceNode['attributes'] = new Map();
const NO_IDS: readonly number[] = [];

function readNode(cursor: WireCursor, known: KnownAttributes): TraceNode {
  const { reader } = cursor;
  let id = 0;
  let name = '';
  let kind: NodeKind = 'invalid';
  let durationMicros = 0;
  let control: number[] | undefined;
  let data: number[] | undefined;
  let attributes: Map<string, AttributeValue> | undefined;
  const end = cursor.end('a node');
  while (reader.pos < end) {
    const tag = cursor.tag();
    const field = tag >>> 3;
    const wire = tag & 7;
    switch (field) {
      case 1:
        id = cursor.unsigned(wire, 'id');
        break;
      case 2:
        name = cursor.string(wire, 'name');
        break;
      case 3:
        kind = kindOf(cursor, cursor.unsigned(wire, 'type'));
        break;
      case 4:
        control = cursor.unsigneds(wire, 'ctrl_deps', control);
        break;
      case 5:
        data = cursor.unsigneds(wire, 'data_deps', data);
        break;
      case 7:
        durationMicros = cursor.unsigned(wire, 'duration_micros');
        break;
      case 10:
        attributes ??= new Map();
        readAttribute(cursor, attributes, known);
        break;
      default:
        reader.skip(wire, field);
    }
    cursor.inside(end);
  }
  return {
    id,
    name,
    kind,
    dependsOn: united(control ?? NO_IDS, data ?? NO_IDS),
    durationMicros,
    attributes: attributes ?? NO_ATTRIBUTES,
  };
}

function kindOf(cursor: WireCursor, type: number): NodeKind {
  const kind = NODE_KINDS[type];
  if (kind !== undefined) return kind;
  throw cursor.malformed(cursor.reader.pos, `a node type from 0 to ${NODE_KINDS.length - 1}`, `${type}`);
}

/** Merges both lists without duplicates. */
export function united(control: readonly number[], data: readonly number[]): readonly number[] {
  if (data.length === 0 && control.length < 2) return control;
  if (control.length === 0 && data.length < 2) return data;
  return [...new Set([...control, ...data])];
}
