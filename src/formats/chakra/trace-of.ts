import { ConfigError } from '../../base/errors.js';
import {
  isSymmetricCollective,
  SYMMETRIC_COLLECTIVES,
  type SymmetricCollective,
} from '../../collectives/collective.js';
import { checkNodes } from '../../workload/prepared-graph.js';
import { peerOf } from '../../workload/relative.js';
import type { CollectiveNode, WorkGraph, WorkNode } from '../../workload/work-graph.js';
import { commTypeOf } from './comm-types.js';
import type { AttributeValue, NodeKind, Trace, TraceNode } from './graph.js';

/** The version of Chakra's schema to write. */
const SCHEMA = '0.0.4';

/** A broadcast, the only communication that just takes its recorded time. */
const BROADCAST = commTypeOf('broadcast');

/**
 * A graph of work as a Chakra trace. Durations are rounded to whole microseconds.
 * @param npu - the NPU that runs it, if peers are relative to it.
 * @throws ConfigError if a node does not match its kind, and for collectives with a root and
 * alltoallv, which the reference does not simulate.
 */
export function traceOf(graph: WorkGraph, npu = 0): Trace {
  checkNodes(graph);
  return { version: SCHEMA, nodes: graph.nodes.map((node) => traceNode(node, npu)) };
}

function traceNode(node: WorkNode, npu: number): TraceNode {
  const { id, name, dependsOn, ns, cpu = false } = node;
  const [kind, fields] = kindAndFields(node, npu);
  const attributes = new Map<string, AttributeValue>(Object.entries({ is_cpu_op: cpu, ...fields }));
  return { id, name, kind, dependsOn, durationMicros: Math.round(ns / 1000), attributes };
}

function kindAndFields(node: WorkNode, npu: number): [NodeKind, Readonly<Record<string, AttributeValue>>] {
  switch (node.kind) {
    case 'compute': {
      const { operations, bytes } = node;
      const work = operations === undefined ? {} : { num_ops: operations };
      return ['compute', bytes === undefined ? work : { ...work, tensor_size: bytes }];
    }
    case 'send':
    case 'receive': {
      const { kind, peer, self, bytes, tag } = node;
      const [mine, theirs] = kind === 'send' ? ['comm_src', 'comm_dst'] : ['comm_dst', 'comm_src'];
      const own = self === undefined ? {} : { [mine as string]: self };
      return [kind, { ...own, [theirs as string]: peerOf(peer, npu), comm_size: bytes, comm_tag: tag }];
    }
    case 'collective': {
      const { bytes, group, involvedDimensions, priority } = node;
      return [
        'collective',
        {
          comm_type: commTypeOf(tracedCollective(node)),
          comm_size: bytes,
          ...(group === undefined ? {} : { pg_name: group }),
          ...(involvedDimensions === undefined ? {} : { involved_dim: involvedDimensions }),
          ...(priority === undefined ? {} : { comm_priority: priority }),
        },
      ];
    }
    case 'memory':
      return ['mem-load', { tensor_size: node.bytes }];
    case 'replay':
      return ['collective', { comm_type: BROADCAST, comm_size: node.bytes }];
    case 'marker':
      return ['metadata', {}];
  }
}

/** @throws ConfigError for a collective without a number in traces, or one that would just take its recorded time. */
function tracedCollective({ id, collective }: CollectiveNode): SymmetricCollective {
  if (isSymmetricCollective(collective)) return collective;
  const expected = `one of ${SYMMETRIC_COLLECTIVES.join(', ')}, which a trace can ask for`;
  throw new ConfigError([{ path: `node ${id}, collective`, expected, got: collective }]);
}
