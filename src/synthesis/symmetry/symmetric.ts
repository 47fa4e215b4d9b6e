import { SimulationError } from '../../base/errors.js';
import type { LinkGraph } from '../../topology/link-graph.js';
import { reverseGraph } from '../../topology/reverse-graph.js';
import { concatenate, reverseSchedule } from '../reversal.js';
import { EVERY_NPU, ScheduleBuilder, type TransferSchedule } from '../schedule.js';
import { share } from '../share.js';
import { type Hop, hopsOf } from './hops.js';
import { matchRepresentatives, type RepresentativeSend, type SymmetricMatching } from './matching.js';
import type { Symmetries } from './symmetries.js';

export interface SymmetricOptions {
  /** Size of the whole buffer, a whole number above 0. */
  readonly bytes: number;
  /** Pieces in which every NPU's share is sent. */
  readonly chunksPerNpu: number;
  readonly seed: number;
  /** Schedules of the representatives that are made; the shortest wins. */
  readonly tries: number;
  readonly draws: number;
  readonly thrifty: boolean;
}

/** Schedules by symmetry on one network: what is the same for all sizes. */
export class SymmetricSynthesis {
  private readonly reversed: LinkGraph;
  private readonly hops: readonly (readonly Hop[])[];
  private readonly hopsBack: readonly (readonly Hop[])[];
  private readonly linkBetween: ReadonlyMap<number, number>;

  constructor(
    private readonly graph: LinkGraph,
    private readonly symmetries: Symmetries,
  ) {
    this.reversed = reverseGraph(graph);
    this.hops = hopsOf(graph);
    this.hopsBack = hopsOf(this.reversed);
    this.linkBetween = new Map(graph.links.map(({ from, to }, i) => [from * graph.devices + to, i]));
  }

  /** Hops that a chunk of a representative could take. */
  get hopsPerChunk(): number {
    return this.hops.reduce((sum, hops) => sum + hops.length, 0);
  }

  /** Messages of an all-gather in one piece, each counted as often as it passes a link. */
  get messagesPerPiece(): number {
    const { npus } = this.graph;
    return npus * (npus - 1) * Math.max(1, ...(this.hops[0] ?? []).map(({ path }) => path.length));
  }

  /**
   * A schedule in which all NPUs of an orbit do the same: an all-gather, or an all-reduce as the same played backwards
   * on reversed links and an all-gather. Chunk c is piece c % chunksPerNpu of NPU floor(c / chunksPerNpu).
   */
  schedule(collective: 'all-gather' | 'all-reduce', options: SymmetricOptions): TransferSchedule {
    const gather = this.gather(this.graph, this.hops, options);
    if (collective === 'all-gather') return gather;
    const back = this.gather(this.reversed, this.hopsBack, options);
    return concatenate(reverseSchedule(back, this.graph), gather, this.graph);
  }

  private gather(graph: LinkGraph, hops: readonly (readonly Hop[])[], options: SymmetricOptions): TransferSchedule {
    const { bytes, chunksPerNpu, seed, tries, draws, thrifty } = options;
    const chunkBytes = bytes / (graph.npus * chunksPerNpu);
    let best: SymmetricMatching | undefined;
    for (let k = 0; k < tries; k++) {
      const given = { chunksPerNpu, chunkBytes, seed: `${seed + k}`, draws, thrifty };
      const found = matchRepresentatives(graph, this.symmetries, hops, given);
      if (best === undefined || found.finishNs < best.finishNs) best = found;
    }
    if (best === undefined) throw new SimulationError('no try was made', 0);
    return this.spread(best.sends, graph, options);
  }

  /** What the representatives do, done by all NPUs. */
  private spread(
    sends: readonly RepresentativeSend[],
    { npus, devices }: LinkGraph,
    { bytes, chunksPerNpu }: SymmetricOptions,
  ): TransferSchedule {
    const { maps } = this.symmetries;
    const chunks = npus * chunksPerNpu;
    const builder = new ScheduleBuilder();
    for (let chunk = 0; chunk < chunks; chunk++) builder.addChunk(Math.floor(chunk / chunksPerNpu), EVERY_NPU);
    const image = (link: number, map: Int32Array) => {
      const { from, to } = this.graph.links[link] as LinkGraph['links'][number];
      return this.linkBetween.get((map[from] as number) * devices + (map[to] as number)) as number;
    };
    for (const { chunk, hop, after } of sends) {
      const place = Math.floor(chunk / chunksPerNpu);
      const npu = this.symmetries.representatives[place] as number;
      for (const [m, map] of maps.entries()) {
        const whole = (map[npu] as number) * chunksPerNpu + (chunk % chunksPerNpu);
        builder.add({
          chunk: whole,
          from: map[hop.from] as number,
          to: map[hop.to] as number,
          path: hop.path.map((link) => image(link, map)),
          bytes: share(bytes, chunks, whole),
          reduces: false,
          needs: after < 0 ? [] : [after * maps.length + m],
        });
      }
    }
    return builder.build();
  }
}
