import { FlowNetwork } from '../../bounds/max-flow.js';

/** Units that can go from an NPU straight to another. */
export interface Channel {
  readonly from: number;
  readonly to: number;
  readonly capacity: number;
}

/** A tree that waits, as far as others have to leave something for it. */
export interface Waiting {
  readonly root: number;
  readonly weight: number;
  readonly reached: readonly number[];
}

/** A vertex through which a waiting tree supplies the NPUs that it has reached. */
interface Slot {
  readonly sourceArc: number;
  readonly arcs: readonly number[];
}

/**
 * The channels left, and the trees that do not span as supplies: each can give its weight to any NPU that it has reached.
 * Every NPU must be able to receive all of them. Trees of a root alone supply it straight from the source.
 */
export class Supplies {
  private readonly network: FlowNetwork;
  private readonly source: number;
  private readonly channelArcs: readonly number[];
  private readonly rootArcs: readonly number[];
  private readonly slotOf = new Map<Waiting, Slot>();
  private readonly freeSlots: Slot[] = [];
  /** Weight of all waiting trees. */
  private weight: number;

  constructor(
    channels: readonly Channel[],
    private readonly demands: readonly number[],
  ) {
    this.source = demands.length;
    this.network = new FlowNetwork(demands.length + 1);
    this.channelArcs = channels.map(({ from, to, capacity }) => this.network.addLink(from, to, capacity));
    this.rootArcs = demands.map((demand, npu) => this.network.addLink(this.source, npu, demand));
    this.weight = demands.reduce((a, b) => a + b, 0);
  }

  /** A channel has been used. */
  narrow(channel: number, units: number): void {
    this.change(this.channelArcs[channel] as number, -units);
  }

  /** A tree stops waiting. */
  take(tree: Waiting): void {
    this.weight -= tree.weight;
    const slot = this.slotOf.get(tree);
    if (slot === undefined) {
      this.change(this.rootArcs[tree.root] as number, -tree.weight);
      return;
    }
    this.network.reset();
    for (const arc of [slot.sourceArc, ...slot.arcs]) this.network.setCapacity(arc, 0);
    this.slotOf.delete(tree);
    this.freeSlots.push(slot);
  }

  /** A tree starts to wait. */
  give(tree: Waiting): void {
    this.weight += tree.weight;
    const slot = this.freeSlots.pop() ?? this.addSlot();
    this.network.reset();
    this.network.setCapacity(slot.sourceArc, tree.weight);
    for (const npu of tree.reached) this.network.setCapacity(slot.arcs[npu] as number, tree.weight);
    this.slotOf.set(tree, slot);
  }

  /** How many of `most` units can go from an NPU that has everything to another beside what all waiting trees need. */
  room(from: number, to: number, most: number): number {
    const { network, source } = this;
    const arc = this.rootArcs[from] as number;
    network.reset();
    // Trees that have reached the other supply it by themselves.
    let needed = this.weight;
    for (const [tree, slot] of this.slotOf) {
      if (network.capacity(slot.arcs[to] as number) === 0) continue;
      network.setCapacity(slot.sourceArc, 0);
      needed -= tree.weight;
    }
    const supply = network.capacity(arc);
    network.setCapacity(arc, needed + most);
    const flow = network.maxFlow(source, to, needed + most);
    network.reset();
    network.setCapacity(arc, supply);
    for (const [tree, slot] of this.slotOf) network.setCapacity(slot.sourceArc, tree.weight);
    return Math.max(0, flow - needed);
  }

  /** Whether an NPU was on the far side of the cut that left no more room. */
  isCutOff(npu: number): boolean {
    return !this.network.isOnSourceSide(npu);
  }

  private change(arc: number, units: number): void {
    this.network.reset();
    this.network.setCapacity(arc, this.network.capacity(arc) + units);
  }

  private addSlot(): Slot {
    const vertex = this.network.addVertex();
    return {
      sourceArc: this.network.addLink(this.source, vertex, 0),
      arcs: this.demands.map((_, npu) => this.network.addLink(vertex, npu, 0)),
    };
  }
}
