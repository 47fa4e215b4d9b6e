import { type AttributeValue, NODE_KINDS, type NodeKind, type TraceNode } from './graph.js';
import { readJsonAttribute } from './json-attribute.js';
import { jsonObjects } from './json-objects.js';
import { JsonPlace } from './json-place.js';
import { FEEDER_KEY, readFeederJson } from './read-feeder-json.js';
import { type TraceReader, united } from './read-protobuf.js';

/** The schema's names of node types, in the order of {@link NODE_KINDS}. */
const NODE_TYPES = [
  'INVALID_NODE',
  'METADATA_NODE',
  'MEM_LOAD_NODE',
  'MEM_STORE_NODE',
  'COMP_NODE',
  'COMM_SEND_NODE',
  'COMM_RECV_NODE',
  'COMM_COLL_NODE',
];

const NODE_FIELDS = [
  ...['id', 'name', 'type', 'ctrl_deps', 'data_deps', 'start_time_micros', 'duration_micros'],
  ...['inputs', 'outputs', 'attr', 'storage'],
];

/** Whether bytes begin like a trace in JSON: an object that is empty or has a key. */
export function isJson(bytes: Uint8Array): boolean {
  // Not `{` alone: a protobuf trace with 123 bytes of metadata begins with it too.
  const start = new TextDecoder().decode(bytes.subarray(0, 200));
  return /^\s*\{\s*["}]/.test(start);
}

/**
 * Opens a trace in one of two forms. Chakra's jsonizer writes the metadata, then each node, as
 * consecutive JSON objects in protobuf's JSON mapping (64-bit integers as strings,
 * field names in camel case or as in the schema). Chakra's feeder takes one object with all
 * nodes in it.
 */
export function readJson(bytes: Uint8Array, file: string): TraceReader {
  const objects = jsonObjects(bytes, file);
  const { value: metadata } = objects.next();
  if (metadata) refuseOtherTraces(new JsonPlace(metadata));
  if (metadata && Object.hasOwn(metadata.value, FEEDER_KEY)) return readFeederJson(metadata);
  const version = metadata && new JsonPlace(metadata).fields(['version', 'attr']).get('version')?.string();
  return { version: version ?? '', nodes: readNodes(objects) };
}

/** Refuses traces of other tools that users may confuse with Chakra's. */
function refuseOtherTraces(place: JsonPlace): void {
  const keys = place.members();
  const convert = 'chakra_converter PyTorch --input LINKED.json --output PREFIX.<npu>.et';
  if (keys.has('nodes') && (keys.has('schema') || keys.has('pid'))) {
    const hint = `link it with the profile of its device and convert it: chakra_trace_link, then ${convert}`;
    throw place.other('a Chakra trace', 'a PyTorch execution trace', hint);
  }
  if (keys.has('traceEvents')) {
    const hint = `link it with the execution trace of its host and convert it: chakra_trace_link, then ${convert}`;
    throw place.other('a Chakra trace', 'a profile of the PyTorch profiler (Kineto)', hint);
  }
}

function* readNodes(objects: ReturnType<typeof jsonObjects>): Generator<TraceNode> {
  for (const object of objects) yield readNode(new JsonPlace(object));
}

function readNode(place: JsonPlace): TraceNode {
  const fields = place.fields(NODE_FIELDS);
  const ids = (name: string) =>
    fields
      .get(name)
      ?.items()
      .map((item) => item.unsigned()) ?? [];
  const attributes = new Map<string, AttributeValue>();
  for (const attribute of fields.get('attr')?.items() ?? []) readJsonAttribute(attribute, attributes);
  return {
    id: fields.get('id')?.unsigned() ?? 0,
    name: fields.get('name')?.string() ?? '',
    kind: kindOf(fields.get('type')),
    dependsOn: united(ids('ctrl_deps'), ids('data_deps')),
    durationMicros: fields.get('duration_micros')?.unsigned() ?? 0,
    attributes,
  };
}

/** Reads a type by name or by number, which the mapping also allows. */
function kindOf(type: JsonPlace | undefined): NodeKind {
  if (type === undefined) return 'invalid';
  const kind = NODE_KINDS[typeof type.value === 'number' ? type.value : NODE_TYPES.indexOf(type.string())];
  if (kind === undefined) throw type.not(`one of ${NODE_TYPES.join(', ')}`);
  return kind;
}
