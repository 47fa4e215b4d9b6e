import { type Machine, networkOf } from '../../plan/machine.js';
import type { Network } from '../../topology/network.js';
import { pathDelay as graphDelay, wayDelay } from '../../topology/path.js';
import { firstDimensionDelay, pathDelay } from '../../topology/path-delay.js';
import type { EventQueue } from '../event-queue.js';
import { eventOf, MESSAGE } from '../events.js';
import type { Folding } from '../folding.js';
import { LinkQueues } from './link-queues.js';
import type { Ways } from './ways.js';

/** How messages travel: over links that they contend for, or with a delay of their own. */
export class Transport {
  readonly links: LinkQueues | undefined;
  private readonly queue: EventQueue;
  private readonly machine: Machine;
  /** Messages pay for every dimension that they cross, wherever ids say where an NPU is: among classes they do. */
  private readonly paysPath: boolean;
  /** The wires, once a message is sent along a way that is fixed. */
  private network: Network | undefined;

  constructor(machine: Machine, folding: Folding, queue: EventQueue) {
    this.queue = queue;
    this.machine = machine;
    this.paysPath = machine.routing === 'dimension-order' && (!folding.stands || folding.classes !== undefined);
    const contend = machine.network === 'congestion-aware';
    this.links = contend ? new LinkQueues(networkOf(machine), queue, machine.switching) : undefined;
  }

  /**
   * Puts a message on its way: an event of its own comes whenever it reaches a device.
   * @param delay - what the reference's routing charges on a grid, where it is known, ns.
   */
  send(id: number, from: number, to: number, bytes: number, delay: number | undefined): void {
    if (this.links !== undefined) this.links.send(id, from, to, bytes);
    else this.queue.schedule(this.queue.now + this.delayOf(from, to, bytes, delay), eventOf(MESSAGE, id));
  }

  /** {@link send} on the way that is fixed for a step of a program. */
  sendAlong(id: number, from: number, to: number, bytes: number, ways: Ways, step: number): void {
    if (this.links !== undefined) {
      this.links.sendAlong(id, from, to, bytes, ways, step);
      return;
    }
    this.network ??= networkOf(this.machine);
    const delay = wayDelay(this.network, ways.links, ways.begin(step), ways.end(step), bytes);
    this.queue.schedule(this.queue.now + delay, eventOf(MESSAGE, id));
  }

  /** Moves a message on from the device that it has reached; true when that is its destination. */
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
