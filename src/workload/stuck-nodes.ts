import { integer } from '../formats/chakra/attributes.js';
import type { TraceNode } from '../formats/chakra/graph.js';
import type { WorkloadRun } from './workload-run.js';

/** A node that was started and never finished. */
export interface StuckNode {
  readonly npu: number;
  readonly node: number;
  readonly name: string;
  readonly waitsFor: string;
}

/** Every node that runs for ever: what the rest waits for in the end. */
export function stuckNodes({ npus }: WorkloadRun): StuckNode[] {
  const stuck: StuckNode[] = [];
  for (const { npu, graph, executor } of npus) {
    let running = 0;
    for (const [number, node] of graph.nodes.entries()) {
      if (executor.state[number] !== 1) continue;
      running++;
      stuck.push({ npu, node: node.id, name: node.name, waitsFor: reasonOf(node, graph.file) });
    }
    if (running > 0 || executor.unfinished === 0) continue;
    // Nothing runs, and nothing can: the dependencies go round in a circle.
    const number = executor.state.indexOf(0);
    const node = graph.nodes[number] as TraceNode;
    stuck.push({
      npu,
      node: node.id,
      name: node.name,
      waitsFor: `nodes ${node.dependsOn.join(', ')}, which wait for it`,
    });
  }
  return stuck;
}

export function describeStuckNodes(stuck: readonly StuckNode[]): string {
  const shown = stuck
    .slice(0, 10)
    .map(({ npu, node, name, waitsFor }) => `NPU ${npu}, node ${node} (${name}): waits for ${waitsFor}`);
  return [...shown, ...(stuck.length > 10 ? [`and ${stuck.length - 10} more`] : [])].join('\n');
}

function reasonOf(node: TraceNode, file: string): string {
  const field = (name: string) => integer(node, name, { file, absent: 0 });
  switch (node.kind) {
    case 'receive':
      return `a message from NPU ${field('comm_src')}, tag ${field('comm_tag')}, ${field('comm_size')} bytes`;
    case 'send':
      return `its message to NPU ${field('comm_dst')}, tag ${field('comm_tag')}, ${field('comm_size')} bytes`;
    case 'collective':
      return `other NPUs in a collective of ${field('comm_size')} bytes`;
    default:
      return 'its end';
  }
}
