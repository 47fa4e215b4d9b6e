import { ConfigError } from '../base/errors.js';
import { flag } from '../formats/chakra/attributes.js';
import { checkGraph } from '../formats/chakra/check-graph.js';
import type { Trace, TraceNode } from '../formats/chakra/graph.js';

/** What a node occupies while it runs, one node at a time each; `nothing` when any number may run. */
export type Resource = 'cpu' | 'compute' | 'communication' | 'nothing';

/** A trace made ready to run. Nodes are numbered in ascending id. NPUs with the same trace share it. */
export interface PreparedGraph {
  readonly file: string;
  readonly nodes: readonly TraceNode[];
  readonly resources: readonly Resource[];
  /** Per node: numbers of the nodes that wait for it. */
  readonly dependents: readonly (readonly number[])[];
  /** Per node: how many nodes it waits for. */
  readonly dependencies: Int32Array;
}

/**
 * Numbers the nodes of a trace and links them.
 * @throws ConfigError for a graph that can never finish: see {@link checkGraph}.
 */
export function prepareGraph(trace: Trace, file: string): PreparedGraph {
  const issues = checkGraph(trace, file);
  if (issues.length > 0) throw new ConfigError(issues);
  const nodes = [...trace.nodes].sort((a, b) => a.id - b.id);
  const numbers = new Map(nodes.map(({ id }, number) => [id, number]));
  const dependents: number[][] = nodes.map(() => []);
  for (const [number, { dependsOn }] of nodes.entries()) {
    for (const other of dependsOn) dependents[numbers.get(other) as number]?.push(number);
  }
  const dependencies = Int32Array.from(nodes, ({ dependsOn }) => dependsOn.length);
  return { file, nodes, resources: nodes.map((node) => resourceOf(node, file)), dependents, dependencies };
}

/** Per NPU one operation of the CPU, one computation, and one communication or memory operation at a time (SPEC section 9). */
function resourceOf(node: TraceNode, file: string): Resource {
  if (node.kind === 'invalid' || node.kind === 'metadata') return 'nothing';
  if (flag(node, 'is_cpu_op', { file, absent: false })) return 'cpu';
  if (node.kind === 'receive') return 'nothing';
  return node.kind === 'compute' ? 'compute' : 'communication';
}
