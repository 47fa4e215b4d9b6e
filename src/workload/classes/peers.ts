import type { ShapedGraph } from '../graph-shape.js';
import { peerOf } from '../relative.js';
import type { Charges } from './charges.js';
import { Numbering } from './numbering.js';

/** A factor that keeps two NPUs apart in one exact number. */
const RANGE = 2 ** 26;

/** The peers that graphs name, each at its place, and at which place that one names the NPU in turn. */
export class Peers {
  private readonly graphs: readonly ShapedGraph[];
  /** By NPU and peer: the place at which it is first named. */
  private readonly places = new Map<number, number>();
  /** Per NPU and place: what the peers are to each other, but for their colours. */
  private readonly ties: Int32Array;

  constructor(graphs: readonly ShapedGraph[], charges: Charges) {
    this.graphs = graphs;
    this.visit((npu, peer, place) => {
      const key = npu * RANGE + peer;
      // Two ways to name one peer come to the same.
      if (!this.places.has(key)) this.places.set(key, place);
    });
    const numbering = new Numbering();
    const ties: number[] = [];
    this.visit((npu, peer) => {
      const list = [this.place(npu, peer), this.place(peer, npu) + 1, charges.between(npu, peer)];
      ties.push(numbering.ofList(list));
    });
    this.ties = Int32Array.from(ties);
  }

  /** The place at which an NPU's graph names another; -1 when it never does. */
  place(npu: number, peer: number): number {
    return this.places.get(npu * RANGE + peer) ?? -1;
  }

  /** The peer at a place; -1 where there is none. */
  at(npu: number, place: number): number {
    const peer = place < 0 ? undefined : this.graphs[npu]?.shape.peers[place];
    return peer === undefined ? -1 : peerOf(peer, npu);
  }

  forEach(visit: (npu: number, peer: number, tie: number) => void): void {
    let next = 0;
    this.visit((npu, peer) => visit(npu, peer, this.ties[next++] as number));
  }

  private visit(visit: (npu: number, peer: number, place: number) => void): void {
    for (let npu = 0; npu < this.graphs.length; npu++) {
      const { peers } = (this.graphs[npu] as ShapedGraph).shape;
      for (let place = 0; place < peers.length; place++) visit(npu, peerOf(peers[place] as number, npu), place);
    }
  }
}
