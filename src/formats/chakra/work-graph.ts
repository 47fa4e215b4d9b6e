import * as v from 'valibot';
import { ConfigError } from '../../base/errors.js';
import { keys, parse } from '../../base/validate.js';
import { place } from '../../workload/place.js';
import type { WorkGraph, WorkNode } from '../../workload/work-graph.js';
import { booleans, flag, integer, text } from './attributes.js';
import { checkTrace } from './check-trace.js';
import { collectiveOf } from './comm-types.js';
import type { Trace, TraceNode } from './graph.js';

export interface WorkGraphOptions {
  /** Name of the file, for messages. */
  readonly name?: string;
  /** Drops dependencies on nodes that the trace lacks, instead of refusing it. Default false. */
  readonly dropMissingDependencies?: boolean;
  /** Every node just takes its recorded time, so its other fields need not make sense. Default false. */
  readonly replay?: boolean;
}

const flagOption = v.optional(v.boolean('true or false'), false);

const schema = keys({
  name: v.optional(v.string('text'), ''),
  dropMissingDependencies: flagOption,
  replay: flagOption,
});

/** A graph of work, and what was dropped from the trace. */
export interface ReadWorkGraph {
  readonly graph: WorkGraph;
  /** Number of dropped dependencies on missing nodes. */
  readonly droppedDependencies: number;
}

/**
 * The work of a Chakra trace's NPU. Microseconds become ns, and 0 becomes 1 ns.
 * @throws ConfigError for a node that lacks what it needs, naming file, node and attribute.
 */
export function workGraphOf(trace: Trace, options: WorkGraphOptions = {}): ReadWorkGraph {
  checkTrace(trace);
  const { name, dropMissingDependencies, replay } = parse(schema, options);
  const { nodes } = trace;
  const known = dropMissingDependencies ? new Set(nodes.map(({ id }) => id)) : undefined;
  let droppedDependencies = 0;
  const typed = nodes.map((node): WorkNode => {
    let { dependsOn } = node;
    if (known !== undefined && !dependsOn.every((id) => known.has(id))) {
      dependsOn = dependsOn.filter((id) => known.has(id));
      droppedDependencies += node.dependsOn.length - dependsOn.length;
    }
    return workNode(node, dependsOn, name, replay);
  });
  return { graph: name === '' ? { nodes: typed } : { name, nodes: typed }, droppedDependencies };
}

function workNode(node: TraceNode, dependsOn: readonly number[], file: string, replay: boolean): WorkNode {
  const { id, name, durationMicros } = node;
  const cpu = flag(node, 'is_cpu_op', { file, absent: false });
  const common = { id, name, dependsOn, ns: durationMicros === 0 ? 1 : durationMicros * 1000, ...(cpu ? { cpu } : {}) };
  switch (node.kind) {
    case 'invalid':
    case 'metadata':
      return { ...common, kind: 'marker' };
    case 'compute': {
      const operations = optional(node, 'num_ops', file);
      const bytes = optional(node, 'tensor_size', file);
      return { ...common, kind: 'compute', ...operations('operations'), ...bytes('bytes') };
    }
    case 'mem-load':
    case 'mem-store':
      return {
        ...common,
        kind: 'memory',
        bytes: integer(node, 'tensor_size', { file, ...(replay ? { absent: 0 } : {}) }),
      };
    case 'send':
    case 'receive': {
      // A replayed recording sends nothing, so its ends need not exist.
      if (replay) return { ...common, kind: 'replay', bytes: 0 };
      const [mine, theirs] = node.kind === 'send' ? ['comm_src', 'comm_dst'] : ['comm_dst', 'comm_src'];
      const self = node.attributes.has(mine as string) ? { self: integer(node, mine as string, { file }) } : {};
      const peer = integer(node, theirs as string, { file });
      const bytes = integer(node, 'comm_size', { file });
      return { ...common, kind: node.kind, peer, ...self, bytes, tag: integer(node, 'comm_tag', { file, absent: 0 }) };
    }
    case 'collective':
      return replay ? { ...common, kind: 'replay', bytes: 0 } : collectiveNode(node, common, file);
  }
}

function collectiveNode(
  node: TraceNode,
  common: { readonly id: number; readonly name: string; readonly dependsOn: readonly number[]; readonly ns: number },
  file: string,
): WorkNode {
  const type = integer(node, 'comm_type', { file });
  const collective = collectiveOf(type);
  if (collective === undefined) {
    const expected = 'comm_type 0 (all-reduce), 2 (all-gather), 5 (broadcast), 6 (all-to-all) or 7 (reduce-scatter)';
    throw new ConfigError([{ path: place(file, node.id), expected, got: String(type) }]);
  }
  if (collective === 'broadcast') {
    return { ...common, kind: 'replay', bytes: integer(node, 'comm_size', { file, absent: 0 }) };
  }
  const bytes = integer(node, 'comm_size', { file });
  const group = text(node, 'pg_name', { file, absent: '' });
  const involved = node.attributes.has('involved_dim') ? booleans(node, 'involved_dim', { file }) : undefined;
  const priority = integer(node, 'comm_priority', { file, absent: 0 });
  return {
    ...common,
    kind: 'collective',
    collective,
    bytes,
    ...(group === '' || group === '0' ? {} : { group }),
    ...(involved === undefined ? {} : { involvedDimensions: involved }),
    ...(priority === 0 ? {} : { priority }),
  };
}

/** An optional attribute, under its name here. */
function optional(node: TraceNode, attribute: string, file: string) {
  const value = node.attributes.has(attribute) ? integer(node, attribute, { file }) : undefined;
  return <K extends string>(name: K) => (value === undefined ? {} : ({ [name]: value } as Record<K, number>));
}
