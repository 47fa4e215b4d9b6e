import { ConfigError, show } from '../base/errors.js';
import { StepBuilder } from '../collectives/step-builder.js';
import type { StepProgram } from '../collectives/step-program.js';
import { place } from './place.js';
import type { PreparedGraph } from './prepared-graph.js';
import { peerOf } from './relative.js';

/**
 * The program of a collective that is given as one graph of sends, receives and computations
 * per rank: no end-point delay, no resources, every node starts as soon as it can, and a send
 * is over when its message has arrived. Messages are told apart by sender, receiver, size and tag.
 */
export function customProgram(graphs: readonly PreparedGraph[], ranks: number): StepProgram {
  const nodes: [file: string, id: number][] = [];
  const steps = new StepBuilder({
    ranks,
    sendsEnd: 'arrived',
    paysEndpoint: false,
    matching: 'on-arrival',
    nameOf: (step) => place(...(nodes[step] as (typeof nodes)[number])),
  });
  const channels = new Map<string, number>();
  for (let rank = 0; rank < ranks; rank++) {
    const graph = graphs[rank] as PreparedGraph;
    const base = steps.length;
    for (const node of graph.nodes) {
      nodes.push([graph.name, node.id]);
      if (node.kind === 'send' || node.kind === 'receive') {
        const { self = rank, bytes, tag } = node;
        const peer = peerOf(node.peer, rank);
        const [from, to] = node.kind === 'send' ? [self, peer] : [peer, self];
        const kind = `${bytes} ${tag}`;
        const channel = channels.get(kind) ?? channels.size;
        channels.set(kind, channel);
        if (self !== rank) {
          const path = `${place(graph.name, node.id)}, self`;
          throw new ConfigError([{ path, expected: `${rank}, the rank of the graph`, got: show(self) }]);
        }
        if (node.kind === 'send') steps.send(from, to, [], { bytes, channel });
        else steps.receive(to, from, [], { bytes, channel });
      } else if (node.kind === 'compute') {
        steps.compute(rank, node.ns);
      } else {
        steps.mark(rank);
      }
    }
    for (let number = 0; number < graph.nodes.length; number++) {
      const end = graph.firstDependent[number + 1] as number;
      for (let i = graph.firstDependent[number] as number; i < end; i++) {
        steps.require(base + (graph.dependents[i] as number), base + number);
      }
    }
  }
  return steps.build();
}
