import { peerOf } from './relative.js';
import type { WorkNode } from './work-graph.js';
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
  for (const { real: npu, graph, executor } of npus) {
    let running = 0;
    for (const [number, node] of graph.nodes.entries()) {
      if (executor.state[number] !== 1) continue;
      running++;
      stuck.push({ npu, node: node.id, name: node.name, waitsFor: reasonOf(node, npu) });
    }
    if (running > 0 || executor.unfinished === 0) continue;
    // Nothing runs, and nothing can: the dependencies go round in a circle.
    const number = executor.state.indexOf(0);
    const node = graph.nodes[number] as WorkNode;
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

function reasonOf(node: WorkNode, npu: number): string {
  switch (node.kind) {
    case 'receive':
      return `a message from NPU ${peerOf(node.peer, npu)}, tag ${node.tag}, ${node.bytes} bytes`;
    case 'send':
      return `its message to NPU ${peerOf(node.peer, npu)}, tag ${node.tag}, ${node.bytes} bytes`;
    case 'collective':
      return `other NPUs in a collective of ${node.bytes} bytes`;
    default:
      return 'its end';
  }
}
