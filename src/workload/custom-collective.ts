import type { RankMap } from '../engine/folding.js';
import type { Actor, Hands, Part } from '../engine/message/actor.js';
import type { Phase } from '../plan/phases.js';
import type { Channels } from './channels.js';
import { GraphExecutor } from './graph-executor.js';
import type { PreparedGraph } from './prepared-graph.js';

/** What a custom collective needs of the run that it is part of. */
export interface CustomServices {
  readonly channels: Channels;
  after(npu: number, ns: number, then: () => void): void;
  /** The NPU of a rank of the collective. */
  npuOf(rank: number): number;
  /** Tells messages of this collective from all others. */
  readonly key: string;
}

/**
 * Plays a collective that is given as one graph of sends, receives and computations per rank:
 * no end-point delay, no resources, and every node starts as soon as it can.
 */
export class CustomPart implements Part {
  readonly phase: Phase;
  readonly map: RankMap;
  private readonly graphs: readonly PreparedGraph[];
  private readonly services: CustomServices;

  constructor(phase: Phase, map: RankMap, graphs: readonly PreparedGraph[], services: CustomServices) {
    this.phase = phase;
    this.map = map;
    this.graphs = graphs;
    this.services = services;
  }

  begin(actor: Actor, hands: Hands): void {
    const graph = this.graphs[actor.rank] as PreparedGraph;
    const executor = new GraphExecutor(graph, false);
    const pass = () => {
      executor.pass((node) => this.start(actor, graph, node, () => finish(node)));
      if (executor.unfinished === 0) hands.done(actor);
    };
    const finish = (node: number) => {
      executor.finish(node);
      pass();
    };
    pass();
  }

  private start({ rank, npu }: Actor, graph: PreparedGraph, number: number, finished: () => void): boolean {
    const node = graph.nodes[number] as PreparedGraph['nodes'][number];
    const { channels, key, npuOf } = this.services;
    if (node.kind === 'send' || node.kind === 'receive') {
      const { peer, self = rank, bytes, tag } = node;
      const [from, to] = node.kind === 'send' ? [self, peer] : [peer, self];
      const channel = `${key} ${from} ${to} ${bytes} ${tag}`;
      if (node.kind === 'send') channels.send(npuOf(from), npuOf(to), bytes, channel, finished);
      else channels.receive(channel, finished);
      return false;
    }
    if (node.kind !== 'compute') return true;
    this.services.after(npu, node.ns, finished);
    return false;
  }

  // No delays or messages of the engine's own.
  paid(): void {}
  reduced(): void {}
  received(): void {}
  awaits(): boolean {
    return false;
  }
}
