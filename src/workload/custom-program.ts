import { ConfigError } from '../base/errors.js';
import { StepBuilder } from '../collectives/step-builder.js';
import type { StepProgram } from '../collectives/step-program.js';
import { place } from '../formats/chakra/attributes.js';
import { transferOf } from './node-fields.js';
import type { PreparedGraph } from './prepared-graph.js';

/** A node's own time: what it says, and 1 ns if that is nothing. */
export function durationNs(micros: number): number {
  return micros === 0 ? 1 : micros * 1000;
}

/** The programs of collectives that are given as graphs; each set of graphs is turned into one once. */
export class CustomPrograms {
  private readonly known = new Map<readonly PreparedGraph[], Map<number, StepProgram>>();

  /** @throws ConfigError for graphs that cannot be played. */
  of(graphs: readonly PreparedGraph[], ranks: number): StepProgram {
    const byRanks = this.known.get(graphs) ?? new Map<number, StepProgram>();
    this.known.set(graphs, byRanks);
    const program = byRanks.get(ranks) ?? customProgram(graphs, ranks);
    byRanks.set(ranks, program);
    return program;
  }
}

/**
 * The program of a collective that is given as one graph of sends, receives and computations
 * per rank: no end-point delay, no resources, every node starts as soon as it can, and a send
 * is over when its message has arrived. Messages are told apart by sender, receiver, size and tag.
 */
function customProgram(graphs: readonly PreparedGraph[], ranks: number): StepProgram {
  if (graphs.length < ranks) {
    const files = graphs[0]?.file ?? 'a custom collective';
    throw new ConfigError([{ path: files, expected: `a trace for each of ${ranks} ranks`, got: `${graphs.length}` }]);
  }
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
      nodes.push([graph.file, node.id]);
      if (node.kind === 'send' || node.kind === 'receive') {
        const { from, to, bytes, tag } = transferOf(node, rank, ranks, graph.file);
        const kind = `${bytes} ${tag}`;
        const channel = channels.get(kind) ?? channels.size;
        channels.set(kind, channel);
        const [side, self] = node.kind === 'send' ? ['comm_src', from] : ['comm_dst', to];
        if (self !== rank) {
          const path = place(graph.file, node.id);
          throw new ConfigError([{ path, expected: `${side} ${rank}, the rank of the file`, got: String(self) }]);
        }
        if (node.kind === 'send') steps.send(from, to, [], { bytes, channel });
        else steps.receive(to, from, [], { bytes, channel });
      } else if (node.kind === 'compute') {
        steps.compute(rank, durationNs(node.durationMicros));
      } else {
        steps.mark(rank);
      }
    }
    for (const [number, dependents] of graph.dependents.entries()) {
      for (const dependent of dependents) steps.require(base + dependent, base + number);
    }
  }
  return steps.build();
}
