import type { LinkGraph } from '../topology/link-graph.js';
import type { Amount, ToAmount } from './amount.js';
import { FlowNetwork } from './max-flow.js';

/**
 * A graph with one more vertex, the source, that has a link to every NPU. All bounds look for
 * cuts in this network.
 *
 * To find the least cut that separates the source from some NPU, ask for the NPUs one by one and
 * {@link merge} each into the source afterwards. The first NPU on the far side of a cut reveals it, so
 * none is missed, and later flows only come from nearby.
 */
export class CutNetwork {
  private readonly source: number;
  private readonly flows: FlowNetwork;
  /** Arc of each link, and arc from the source to each NPU. */
  private readonly linkArcs: readonly number[];
  private readonly sourceArcs: readonly number[];

  constructor(
    private readonly graph: LinkGraph,
    amount: ToAmount,
  ) {
    this.flows = new FlowNetwork(graph.devices + 1, amount(0));
    this.source = graph.devices;
    this.linkArcs = graph.links.map(({ from, to }) => this.flows.addLink(from, to, amount(0)));
    const npus = Array.from({ length: graph.npus }, (_, npu) => npu);
    this.sourceArcs = npus.map((npu) => this.flows.addLink(this.source, npu, amount(0)));
  }

  /** Gives every link its capacity times `factor`. */
  setLinks(capacities: readonly Amount[], factor: Amount): void {
    this.flows.reset();
    this.linkArcs.forEach((arc, link) => {
      this.flows.setCapacity(arc, (capacities[link] as Amount) * factor);
    });
  }

  /** Capacity of the link from the source to an NPU. */
  setSupply(npu: number, supply: Amount): void {
    this.flows.reset();
    this.flows.setCapacity(this.sourceArcs[npu] as number, supply);
  }

  /** Makes an NPU part of the source; `unlimited` is at least any requested flow. */
  merge(npu: number, unlimited: Amount): void {
    this.setSupply(npu, unlimited);
  }

  /** The flow from the source to an NPU, at most `limit`. */
  flowTo(npu: number, limit: Amount): Amount {
    return this.flows.maxFlow(this.source, npu, limit);
  }

  /** Devices on the source side of the cut that {@link flowTo} just found. */
  sourceSide(): number[] {
    const side: number[] = [];
    for (let device = 0; device < this.graph.devices; device++) {
      if (this.flows.isOnSourceSide(device)) side.push(device);
    }
    return side;
  }
}

/** All NPUs, breadth first from one of them along links in either direction, so that neighbours are close in the list. */
export function npusNear({ npus, devices, links }: LinkGraph, start: number): number[] {
  const neighbours: number[][] = Array.from({ length: devices }, () => []);
  for (const { from, to } of links) {
    neighbours[from]?.push(to);
    neighbours[to]?.push(from);
  }
  const seen: boolean[] = new Array(devices).fill(false);
  seen[start] = true;
  const queue = [start];
  for (const device of queue) {
    for (const other of neighbours[device] ?? []) {
      if (seen[other]) continue;
      seen[other] = true;
      queue.push(other);
    }
  }
  for (let npu = 0; npu < npus; npu++) if (!seen[npu]) queue.push(npu);
  return queue.filter((device) => device < npus);
}
