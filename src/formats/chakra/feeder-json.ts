import { type AttributeValue, NODE_KINDS, type TraceNode } from './graph.js';
import type { JsonPlace } from './json-place.js';
import { united } from './read-protobuf.js';

const GRAPH = 'workload_graph';

/** Keys of a node that are no attributes. */
const STRUCTURE = ['Id', 'Name', 'NodeType', 'runtime', 'ctrl_deps', 'ctrlDeps', 'data_deps', 'dataDeps'];

/**
 * The nodes of a trace in the JSON form that Chakra's feeder reads: `{"workload_graph": [node, ...]}`,
 * a node with `Id`, `Name`, `NodeType` (a number), `data_deps`, `runtime` (us), and its attributes
 * as keys beside them. Control dependencies count as they do in the other forms. Undefined when
 * the object has no such graph.
 */
export function feederNodes(object: JsonPlace): Iterable<TraceNode> | undefined {
  const graph = object.members().get(GRAPH);
  return graph === undefined ? undefined : graph.items().map(readNode);
}

function readNode(place: JsonPlace): TraceNode {
  const members = place.members();
  const ids = (...names: readonly string[]) =>
    names.flatMap((name) => members.get(name)?.items() ?? []).map((item) => item.unsigned());
  const id = members.get('Id');
  const type = members.get('NodeType');
  if (id === undefined || type === undefined) throw place.not('a node with Id and NodeType');
  const kind = NODE_KINDS[type.unsigned()];
  if (kind === undefined) throw type.not(`a node type from 0 to ${NODE_KINDS.length - 1}`);
  const attributes = new Map<string, AttributeValue>();
  for (const [name, member] of members) {
    if (!STRUCTURE.includes(name)) attributes.set(name, attributeOf(member));
  }
  return {
    id: id.unsigned(),
    name: members.get('Name')?.string() ?? '',
    kind,
    dependsOn: united(ids('ctrl_deps', 'ctrlDeps'), ids('data_deps', 'dataDeps')),
    durationMicros: members.get('runtime')?.unsigned() ?? 0,
    attributes,
  };
}

/** JSON says no more of a type than the value shows. */
function attributeOf(place: JsonPlace): AttributeValue {
  const { value } = place;
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : { real: place.real() };
  const items = place.items();
  if (items.every((item) => typeof item.value === 'boolean')) return items.map((item) => item.boolean());
  if (items.every((item) => typeof item.value === 'string')) return items.map((item) => item.string());
  const reals = items.map((item) => item.real());
  return reals.every((one) => Number.isSafeInteger(one)) ? reals : { reals };
}
