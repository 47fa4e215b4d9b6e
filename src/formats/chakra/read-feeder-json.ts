import { type AttributeValue, NODE_KINDS, type TraceNode } from './graph.js';
import type { JsonObject } from './json-objects.js';
import { JsonPlace } from './json-place.js';
import { type TraceReader, united } from './read-protobuf.js';

/** The key of the object that holds all nodes. */
export const FEEDER_KEY = 'workload_graph';

/** Keys of a node that become attributes of the same name: integers, except for the three that {@link attribute} knows. */
const ATTRIBUTES = [
  ...['is_cpu_op', 'num_ops', 'tensor_size', 'comm_type', 'comm_priority', 'comm_size', 'comm_src', 'comm_dst'],
  ...['comm_tag', 'pg_name', 'involved_dim'],
];

/** `Id`, `Name` and `NodeType` have capitals. */
const NODE_FIELDS = [
  ...['_id', '_name', '_node_type', 'ctrl_deps', 'data_deps', 'runtime', ...ATTRIBUTES],
  // Valid in the schema, but unused.
  ...['start_time_micros', 'inputs', 'outputs', 'storage'],
];

/**
 * Reads a trace in the JSON that Chakra's feeder takes: one object with a list of nodes, whose
 * attributes are keys of the node and whose types are numbers.
 */
export function readFeederJson(object: JsonObject): TraceReader {
  const list = new JsonPlace(object).fields([FEEDER_KEY]).get(FEEDER_KEY);
  if (list === undefined) throw object.wrong([FEEDER_KEY], { expected: 'a list', got: 'null' });
  return { version: '', nodes: list.items().map(readNode) };
}

function readNode(place: JsonPlace): TraceNode {
  const fields = place.fields(NODE_FIELDS);
  const ids = (name: string) =>
    fields
      .get(name)
      ?.items()
      .map((item) => item.unsigned()) ?? [];
  const type = fields.get('_node_type');
  const kind = NODE_KINDS[type === undefined ? 0 : type.unsigned()];
  if (kind === undefined) throw (type ?? place).not(`a node type from 0 to ${NODE_KINDS.length - 1}`);
  const attributes = new Map<string, AttributeValue>();
  for (const name of ATTRIBUTES) {
    const value = fields.get(name);
    if (value !== undefined) attributes.set(name, attribute(name, value));
  }
  return {
    id: fields.get('_id')?.unsigned() ?? 0,
    name: fields.get('_name')?.string() ?? '',
    kind,
    dependsOn: united(ids('ctrl_deps'), ids('data_deps')),
    durationMicros: fields.get('runtime')?.unsigned() ?? 0,
    attributes,
  };
}

function attribute(name: string, place: JsonPlace): AttributeValue {
  if (name === 'pg_name') return place.string();
  if (name === 'involved_dim') return place.items().map((item) => item.boolean());
  if (name === 'is_cpu_op' && typeof place.value === 'boolean') return place.value;
  return place.unsigned();
}
