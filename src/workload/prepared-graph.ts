import { ConfigError, type Issue, show } from '../errors.js';
import { flag, place } from './chakra/attributes.js';
import type { Trace, TraceNode } from './chakra/graph.js';

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
 * @throws ConfigError for ids that stand twice and dependencies on nodes that are not there.
 */
export function prepareGraph(trace: Trace, file: string): PreparedGraph {
  const nodes = [...trace.nodes].sort((a, b) => a.id - b.id);
  const numbers = new Map(nodes.map(({ id }, number) => [id, number]));
  const issues: Issue[] = [];
  if (numbers.size !== nodes.length) {
    const twice = nodes.filter(({ id }, i) => nodes[i + 1]?.id === id);
    for (const { id } of twice) issues.push({ path: place(file, id), expected: 'every id once', got: 'the id twice' });
  }
  const dependents: number[][] = nodes.map(() => []);
  const dependencies = new Int32Array(nodes.length);
  for (const [number, { id, dependsOn }] of nodes.entries()) {
    dependencies[number] = dependsOn.length;
    for (const other of dependsOn) {
      const list = dependents[numbers.get(other) ?? -1];
      if (list !== undefined) list.push(number);
      else
        issues.push({
          path: place(file, id),
          expected: 'dependencies on nodes of the trace',
          got: `node ${show(other)}`,
        });
    }
  }
  if (issues.length > 0) throw new ConfigError(issues);
  return { file, nodes, resources: nodes.map((node) => resourceOf(node, file)), dependents, dependencies };
}

/** Per NPU one operation of the CPU, one computation, and one communication or memory operation at a time (SPEC section 9). */
function resourceOf(node: TraceNode, file: string): Resource {
  if (node.kind === 'invalid' || node.kind === 'metadata') return 'nothing';
  if (flag(node, 'is_cpu_op', { file, absent: false })) return 'cpu';
  if (node.kind === 'receive') return 'nothing';
  return node.kind === 'compute' ? 'compute' : 'communication';
}
