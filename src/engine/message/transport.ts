import type { Machine } from '../../plan/machine.js';
import { firstDimensionDelay, pathDelay } from '../../topology/path-delay.js';
import type { EventQueue } from '../event-queue.js';
import { eventOf, MESSAGE } from '../events.js';
import type { Folding } from '../folding.js';
import { LinkNetwork } from './link-network.js';

/** How messages travel: over links that they contend for, or with a delay of their own. */
export class Transport {
  readonly links: LinkNetwork | undefined;
  private readonly queue: EventQueue;
  private readonly dimensions: Machine['dimensions'];
  /** Messages pay for every dimension that they cross; ids that do not say where an NPU is only occur where it makes no difference. */
  private readonly paysPath: boolean;

  constructor({ dimensions, network, routing }: Machine, folding: Folding, queue: EventQueue) {
    this.queue = queue;
    this.dimensions = dimensions;
    this.paysPath = routing === 'dimension-order' && (!folding.stands || folding.classes !== undefined);
    this.links = network === 'congestion-aware' ? new LinkNetwork(dimensions, queue) : undefined;
  }

  /**
   * Puts a message on its way: an event of its own comes whenever it reaches a device.
   * @param delay - what the reference's routing charges, where it is known, ns.
   */
  send(id: number, from: number, to: number, bytes: number, delay: number | undefined): void {
    if (this.links !== undefined) {
      this.links.send(id, from, to, bytes);
      return;
    }
    const { dimensions } = this;
    const ns = this.paysPath
      ? pathDelay(dimensions, from, to, bytes)
      : (delay ?? firstDimensionDelay(dimensions, from, to, bytes));
    this.queue.schedule(this.queue.now + ns, eventOf(MESSAGE, id));
  }

  /** Moves a message on from the device that it has reached; true when that is its destination. */
  forward(id: number): boolean {
    return this.links === undefined || this.links.forward(id);
  }

  /** A link's occupation has ended. */
  release(link: number): void {
    (this.links as LinkNetwork).release(link);
  }
}
