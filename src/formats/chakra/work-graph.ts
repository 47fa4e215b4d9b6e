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
  return readWorkGraph(trace.nodes, parse(schema, options));
}

/** {@link workGraphOf} for nodes that a reader has made: they are gone through once, and not kept. */
export function readWorkGraph(
  nodes: Iterable<TraceNode>,
  { name, dropMissingDependencies, replay }: Required<WorkGraphOptions>,
): ReadWorkGraph {
  if (dropMissingDependencies) return withoutMissing([...nodes], name, replay);
  const typed: WorkNode[] = [];
  for (const node of nodes) typed.push(workNode(node, node.dependsOn, name, replay));
  return { graph: named(name, typed), droppedDependencies: 0 };
}

function withoutMissing(nodes: readonly TraceNode[], name: string, replay: boolean): ReadWorkGraph {
  const known = new Set(nodes.map(({ id }) => id));
  let droppedDependencies = 0;
  const typed = nodes.map((node): WorkNode => {
    const dependsOn = node.dependsOn.filter((id) => known.has(id));
    droppedDependencies += node.dependsOn.length - dependsOn.length;
    return workNode(node, dependsOn, name, replay);
  });
  return { graph: named(name, typed), droppedDependencies };
}

function named(name: string, nodes: readonly WorkNode[]): WorkGraph {
  return name === '' ? { nodes } : { name, nodes };
}

const IS_CPU_OP = 'is_cpu_op';

/** Nodes of one kind have their fields in one order, nearly always the same ones: what runs them is faster for it. */
function workNode(node: TraceNode, dependsOn: readonly number[], file: string, replay: boolean): WorkNode {
  const { id, name, durationMicros, kind } = node;
  const ns = durationMicros === 0 ? 1 : durationMicros * 1000;
  const typed = typedNode(node, { id, name, dependsOn, ns }, kind, file, replay);
  const onCpu = node.attributes.has(IS_CPU_OP) && flag(node, IS_CPU_OP, { file });
  return onCpu ? { ...typed, cpu: true } : typed;
}

interface Common {
  readonly id: number;
  readonly name: string;
  readonly dependsOn: readonly number[];
  readonly ns: number;
}

function typedNode(
  node: TraceNode,
  { id, name, dependsOn, ns }: Common,
  kind: TraceNode['kind'],
  file: string,
  replay: boolean,
): WorkNode {
  switch (kind) {
    case 'invalid':
    case 'metadata':
      return { id, name, dependsOn, ns, kind: 'marker' };
    case 'compute': {
      const operations = optional(node, 'num_ops', file);
      const bytes = optional(node, 'tensor_size', file);
      const compute = { id, name, dependsOn, ns, kind } as const;
      if (operations === undefined && bytes === undefined) return compute;
      return { ...compute, ...(operations !== undefined && { operations }), ...(bytes !== undefined && { bytes }) };
    }
    case 'mem-load':
    case 'mem-store': {
      const bytes = integer(node, 'tensor_size', { file, ...(replay ? { absent: 0 } : {}) });
      return { id, name, dependsOn, ns, kind: 'memory', bytes };
    }
    case 'send':
    case 'receive': {
      // A recording that is replayed sends nothing, so its ends need not be there.
      if (replay) return { id, name, dependsOn, ns, kind: 'replay', bytes: 0 };
      const isSend = kind === 'send';
      const self = optional(node, isSend ? 'comm_src' : 'comm_dst', file);
      const peer = integer(node, isSend ? 'comm_dst' : 'comm_src', { file });
      const bytes = integer(node, 'comm_size', { file });
      const tag = integer(node, 'comm_tag', { file, absent: 0 });
      if (self === undefined) return { id, name, dependsOn, ns, kind, peer, bytes, tag };
      return { id, name, dependsOn, ns, kind, peer, bytes, tag, self };
    }
    case 'collective':
      if (replay) return { id, name, dependsOn, ns, kind: 'replay', bytes: 0 };
      return collectiveNode(node, { id, name, dependsOn, ns }, file);
  }
}

function collectiveNode(node: TraceNode, common: Common, file: string): WorkNode {
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
  const isPlain = group === '' || group === '0';
  const involved = node.attributes.has('involved_dim') ? booleans(node, 'involved_dim', { file }) : undefined;
  const priority = integer(node, 'comm_priority', { file, absent: 0 });
  const { id, name, dependsOn, ns } = common;
  const plain = { id, name, dependsOn, ns, kind: 'collective', collective, bytes } as const;
  if (isPlain && involved === undefined && priority === 0) return plain;
  return {
    ...plain,
    ...(isPlain ? {} : { group }),
    ...(involved === undefined ? {} : { involvedDimensions: involved }),
    ...(priority === 0 ? {} : { priority }),
  };
}

/** An attribute that need not be there. */
function optional(node: TraceNode, attribute: string, file: string): number | undefined {
  return node.attributes.has(attribute) ? integer(node, attribute, { file }) : undefined;
}
