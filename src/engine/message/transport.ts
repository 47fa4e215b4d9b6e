import { InvariantError } from '../../base/errors.js';
import { type Machine, networkOf } from '../../plan/machine.js';
import type { Network } from '../../topology/network.js';
import { pathDelay as graphDelay, wayDelay } from '../../topology/path.js';
import { firstDimensionDelay, pathDelay } from '../../topology/path-delay.js';
import type { EventQueue } from '../event-queue.js';
import { eventOf, MESSAGE } from '../events.js';
import type { Folding } from '../folding.js';
import { ALL_SWITCHES, Circuits } from './circuits.js';
import type { ClassLinks } from './class-links.js';
import type { ClassParts } from './class-parts.js';
import type { Lineage } from './lineage.js';
import { LinkQueues } from './link-queues.js';
import type { Ways } from './ways.js';

/** How messages travel: over links they contend for, or with a fixed delay. */
export class Transport {
  readonly links: LinkQueues | undefined;
  /** The same, where NPUs fold by classes. */
  readonly classLinks: ClassLinks | undefined;
  /** Optical switches, if the machine has any. */
  readonly circuits: Circuits | undefined;
  private readonly queue: EventQueue;
  private readonly machine: Machine;
  /** Messages pay for every dimension they cross. Needs real ids, which unfolded NPUs and classes have. */
  private readonly paysPath: boolean;
  /** The network, once a message goes along a fixed way. */
  private network: Network | undefined;

  /**
   * @param options - for circuits: see {@link Circuits}.
   * @param lineage - where NPUs fold by classes although links have queues.
   */
  constructor(
    machine: Machine,
    folding: Folding,
    queue: EventQueue,
    options: { readonly timeline: boolean; readonly onSet: (token: number) => void },
    lineage?: Lineage,
    classParts?: ClassParts,
  ) {
    this.queue = queue;
    this.machine = machine;
    this.paysPath = machine.routing === 'dimension-order' && (!folding.stands || folding.classes !== undefined);
    const contend = machine.network === 'congestion-aware';
    const network = networkOf(machine);
    const changes = contend && machine.graph === undefined && machine.dimensions.some(({ circuits }) => circuits);
    this.circuits = changes ? new Circuits({ machine, queue, firstEvent: network.links, ...options }) : undefined;
    const paths = folding.classes?.paths;
    if (contend && paths !== undefined && lineage !== undefined) {
      this.classLinks = new (classParts as ClassParts).ClassLinks(network, queue, machine.switching, paths, lineage);
    }
    this.links = contend
      ? (this.classLinks ?? new LinkQueues(network, queue, machine.switching, this.circuits))
      : undefined;
  }

  /**
   * Sends a message; an event follows whenever it reaches a device.
   * @param delay - what the reference's routing charges on a grid, if known, ns.
   * @param place - the switch it takes in a dimension of circuits.
   */
  send(id: number, from: number, to: number, bytes: number, delay: number | undefined, place = ALL_SWITCHES): void {
    if (this.links !== undefined) this.links.send(id, from, to, bytes, place);
    else this.queue.schedule(this.queue.now + this.delayOf(from, to, bytes, delay), eventOf(MESSAGE, id));
  }

  /** Sets circuits from one NPU to another; {@link Circuits} reports when they are set. */
  setCircuit(from: number, to: number, place: number, token: number): void {
    if (this.circuits === undefined) throw new InvariantError('a network without circuits');
    this.circuits.set(from, to, place, token);
  }

  /** {@link send} along the fixed way of a program's step. */
  sendAlong(id: number, from: number, to: number, bytes: number, ways: Ways, step: number): void {
    if (this.links !== undefined) {
      this.links.sendAlong(id, from, to, bytes, ways, step);
      return;
    }
    this.network ??= networkOf(this.machine);
    const delay = wayDelay(this.network, ways.links, ways.begin(step), ways.end(step), bytes);
    this.queue.schedule(this.queue.now + delay, eventOf(MESSAGE, id));
  }

  /** Moves a message on from the device it has reached; returns true if that is its destination. */
  forward(id: number): boolean {
    return this.links === undefined || this.links.forward(id);
  }

  /** A link's occupation has ended. */
  release(link: number): void {
    (this.links as LinkQueues).release(link);
  }

  private delayOf(from: number, to: number, bytes: number, known: number | undefined): number {
    const { graph, dimensions } = this.machine;
    if (graph !== undefined) return from === to ? 0 : graphDelay(graph, from, to, bytes);
    if (this.paysPath) return pathDelay(dimensions, from, to, bytes);
    return known ?? firstDimensionDelay(dimensions, from, to, bytes);
  }
}
