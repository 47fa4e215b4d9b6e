import { strides, totalNpus } from '../../topology/address.js';
import type { Dimension } from '../../topology/dimension.js';
import type { EventQueue } from '../event-queue.js';
import { eventOf, MESSAGE } from '../events.js';
import { type LinkReport, LinkServers, type LinkStatistics, type LinkUses, portName } from './link-servers.js';

const NONE = -1;

/**
 * The congestion-aware network: every link serves one message at a time, first come first
 * served, and a message is stored and forwarded along its route (SPEC section 3). The route
 * corrects the address dimension by dimension, lowest first; rings go the shorter way, ties
 * clockwise; a switch joins the NPUs that share all other coordinates.
 *
 * Per NPU a ring has two links (clockwise, anticlockwise), a switch two (up, down), a fully
 * connected dimension one to every NPU.
 */
export class LinkNetwork extends LinkServers implements LinkStatistics {
  private readonly stride: readonly number[];

  /** Per message under way: where it is, and where it goes. */
  private readonly at: number[] = [];
  private readonly to: number[] = [];
  /** The dimension in whose switch a message is, or -1. */
  private readonly inSwitch: number[] = [];

  constructor(dimensions: readonly Dimension[], queue: EventQueue) {
    super(dimensions, totalNpus(dimensions), queue);
    this.stride = strides(dimensions);
  }

  /** Sends message `id` on its way. Its event comes whenever it reaches a device: call {@link forward} then. */
  send(id: number, from: number, to: number, bytes: number): void {
    this.at[id] = from;
    this.to[id] = to;
    this.size[id] = bytes;
    this.inSwitch[id] = NONE;
    // To oneself: no link, but an event all the same.
    if (this.forward(id)) this.queue.schedule(this.queue.now, eventOf(MESSAGE, id));
  }

  /** Moves a message on from the device that it has reached; true when that is its destination. */
  forward(id: number): boolean {
    const at = this.at[id] as number;
    const to = this.to[id] as number;
    const through = this.inSwitch[id] as number;
    if (through !== NONE) {
      const { npus } = this.dimensions[through] as Dimension;
      const stride = this.stride[through] as number;
      const below = at + ((Math.floor(to / stride) % npus) - (Math.floor(at / stride) % npus)) * stride;
      this.inSwitch[id] = NONE;
      this.at[id] = below;
      this.enter((this.base[through] as number) + below * 2 + 1, id);
      return false;
    }
    for (let d = 0; d < this.dimensions.length; d++) {
      const { kind, npus } = this.dimensions[d] as Dimension;
      const stride = this.stride[d] as number;
      const mine = Math.floor(at / stride) % npus;
      const theirs = Math.floor(to / stride) % npus;
      if (mine === theirs) continue;
      const base = this.base[d] as number;
      if (kind === 'ring') {
        const ahead = theirs > mine ? theirs - mine : theirs - mine + npus;
        const clockwise = 2 * ahead <= npus;
        const neighbour = clockwise ? (mine + 1 === npus ? 0 : mine + 1) : mine === 0 ? npus - 1 : mine - 1;
        this.at[id] = at + (neighbour - mine) * stride;
        this.enter(base + at * 2 + (clockwise ? 0 : 1), id);
      } else if (kind === 'switch') {
        this.inSwitch[id] = d;
        this.enter(base + at * 2, id);
      } else {
        this.at[id] = at + (theirs - mine) * stride;
        this.enter(base + at * npus + theirs, id);
      }
      return false;
    }
    return true;
  }

  uses(): LinkUses[] {
    const uses: LinkUses[] = [];
    for (let link = 0; link < this.links; link++) {
      const use = this.use(link);
      if (use !== undefined) uses.push({ ...use, links: 1 });
    }
    return uses;
  }

  reports(): LinkReport[] {
    const reports: LinkReport[] = [];
    for (let link = 0; link < this.links; link++) {
      const use = this.use(link);
      if (use === undefined) continue;
      const { dimension, ...rest } = use;
      const per = this.perNpu[dimension] as number;
      const local = link - (this.base[dimension] as number);
      const name = portName(this.dimensions[dimension] as Dimension, local % per);
      reports.push({ dimension, npu: Math.floor(local / per), name, ...rest });
    }
    return reports;
  }
}
