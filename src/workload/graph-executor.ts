import { type ExecutorState, FinishOrder } from './finish-order.js';
import { popMin, pushMin } from './min-heap.js';
import { type PreparedGraph, RESOURCE, type Resource } from './prepared-graph.js';

const RESOURCES = Object.keys(RESOURCE).length;

/**
 * Runs the nodes of a graph when what they depend on has finished and their resource is free.
 * Ready nodes are looked at in passes, in ascending number; a pass sees those that were ready
 * when it began.
 */
export class GraphExecutor implements ExecutorState {
  readonly graph: PreparedGraph;
  /** Nodes that have not finished. */
  unfinished: number;
  /** Per node: 0 not started, 1 running, 2 finished. */
  readonly state: Uint8Array;

  /** Where the NPU stands for others. */
  readonly order: FinishOrder | undefined;

  private running = 0;
  private readonly waitingFor: Int32Array;
  /** Per resource. */
  private readonly busy = new Array<boolean>(RESOURCES).fill(false);
  private readonly ready: readonly number[][] = Array.from({ length: RESOURCES }, () => []);
  private readonly incoming: number[] = [];

  /** @param stands - the NPU stands for others, which may see what happens in one tick in another order. */
  constructor(graph: PreparedGraph, stands = false) {
    this.graph = graph;
    this.order = stands ? new FinishOrder(this) : undefined;
    this.unfinished = graph.nodes.length;
    this.state = new Uint8Array(graph.nodes.length);
    this.waitingFor = graph.dependencies.slice();
    for (let node = 0; node < this.waitingFor.length; node++) {
      if (this.waitingFor[node] === 0) this.incoming.push(node);
    }
  }

  /**
   * One pass: starts each ready node whose resource is free. What a node that finishes at once
   * makes ready waits for the next pass, unless nothing runs that could bring that about.
   * @param start - starts a node; true when it has finished at once.
   */
  pass(start: (node: number) => boolean): void {
    do this.singlePass(start);
    while (this.running === 0 && this.incoming.length > 0);
  }

  private singlePass(start: (node: number) => boolean): void {
    for (let i = 0; i < this.incoming.length; i++) {
      const node = this.incoming[i] as number;
      pushMin(this.ready[this.resourceOf(node)] as number[], node);
    }
    this.incoming.length = 0;
    for (let heap = this.next(); heap !== undefined; heap = this.next()) {
      const node = popMin(heap) as number;
      const resource = this.resourceOf(node);
      if (resource !== RESOURCE.nothing) this.busy[resource] = true;
      this.state[node] = 1;
      this.running++;
      const isInstant = start(node);
      this.order?.starts(node, isInstant);
      if (isInstant) this.finish(node);
    }
  }

  /** A node has finished: its resource is free, and what waited for it alone is ready for the next pass. */
  finish(node: number): void {
    this.busy[this.resourceOf(node)] = false;
    this.state[node] = 2;
    this.unfinished--;
    this.running--;
    const { firstDependent, dependents } = this.graph;
    const end = firstDependent[node + 1] as number;
    for (let i = firstDependent[node] as number; i < end; i++) {
      const dependent = dependents[i] as number;
      const left = (this.waitingFor[dependent] as number) - 1;
      this.waitingFor[dependent] = left;
      if (left > 0) continue;
      this.incoming.push(dependent);
      this.order?.becomesReady(dependent);
    }
  }

  get hasIncoming(): boolean {
    return this.incoming.length > 0;
  }

  isBusy(resource: Resource): boolean {
    return this.busy[resource] as boolean;
  }

  firstReady(resource: Resource): number | undefined {
    return (this.ready[resource] as number[])[0];
  }

  /** The heap with the lowest ready node whose resource is free. */
  private next(): number[] | undefined {
    let best: number[] | undefined;
    for (let resource = 0; resource < RESOURCES; resource++) {
      const heap = this.ready[resource] as number[];
      if (heap.length === 0 || this.busy[resource]) continue;
      if (best === undefined || (heap[0] as number) < (best[0] as number)) best = heap;
    }
    return best;
  }

  private resourceOf(node: number): Resource {
    return this.graph.resources[node] as Resource;
  }
}
