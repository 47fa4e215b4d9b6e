import { npusNear } from '../../bounds/cut-network.js';
import { FlowNetwork } from '../../bounds/max-flow.js';
import type { LinkGraph } from '../../topology/link-graph.js';

/** A set of devices that cannot receive what its NPUs must: 1 for each member, and the units that it lacks. */
export interface NarrowCut {
  readonly inside: Uint8Array;
  readonly lacking: number;
}

/**
 * Capacities between devices that change, and whether they suffice: a source supplies every NPU with its demand, and
 * every NPU must be able to receive all of them.
 */
export class DeviceNetwork {
  private readonly devices: number;
  private readonly network: FlowNetwork;
  private readonly source: number;
  private readonly sourceArcs: readonly number[];
  /** By from * devices + to. */
  private readonly arcs = new Map<number, number>();
  private readonly total: number;
  private readonly order: readonly number[];

  constructor(
    graph: LinkGraph,
    private readonly demands: readonly number[],
  ) {
    this.devices = graph.devices;
    this.source = this.devices;
    this.network = new FlowNetwork(this.devices + 1);
    this.sourceArcs = demands.map((demand, npu) => this.network.addLink(this.source, npu, demand));
    this.total = demands.reduce((a, b) => a + b, 0);
    this.order = npusNear(graph, 0);
  }

  capacity(from: number, to: number): number {
    const arc = this.arcs.get(from * this.devices + to);
    return arc === undefined ? 0 : this.network.capacity(arc);
  }

  add(from: number, to: number, units: number): void {
    const key = from * this.devices + to;
    const arc = this.arcs.get(key);
    this.network.reset();
    if (arc === undefined) this.arcs.set(key, this.network.addLink(from, to, units));
    else this.network.setCapacity(arc, this.network.capacity(arc) + units);
  }

  /** A cut that keeps an NPU from its demands, if there is one. */
  narrowCut(): NarrowCut | undefined {
    const { network, source, sourceArcs, total, devices } = this;
    let cut: NarrowCut | undefined;
    // One after the other becomes part of the source: cuts that leave it out are done with.
    for (const npu of this.order) {
      const flow = network.maxFlow(source, npu, total);
      if (flow < total) {
        const inside = Uint8Array.from({ length: devices }, (_, device) => (network.isOnSourceSide(device) ? 0 : 1));
        cut = { inside, lacking: total - flow };
        break;
      }
      network.reset();
      network.setCapacity(sourceArcs[npu] as number, total);
    }
    network.reset();
    sourceArcs.forEach((arc, npu) => {
      network.setCapacity(arc, this.demands[npu] as number);
    });
    return cut;
  }
}
