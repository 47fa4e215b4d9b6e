import type { Machine } from '../../plan/machine.js';
import { strides } from '../../topology/address.js';
import type { LogicalDimension } from '../../topology/logical-dimension.js';
import type { EventQueue } from '../event-queue.js';
import { eventOf, MESSAGE } from '../events.js';
import type { Folding } from '../folding.js';
import { FoldedLinks } from './folded-links.js';
import type { Lane, Player } from './lane.js';
import type { Lineage } from './lineage.js';

/** How messages travel in folded runs: along folded dimensions, back to their sender. */
export class FoldedTransport {
  readonly links: FoldedLinks | undefined;
  /** Those of classes, which this is not for. */
  readonly classLinks = undefined;
  private readonly queue: EventQueue;
  private readonly lineage: Lineage;
  private readonly stride: readonly number[];
  /** What the first messages did: whether they crossed several dimensions at once; per dimension, whether they swapped. */
  private flat: boolean | undefined = undefined;
  private readonly swaps: (boolean | undefined)[] = [];

  constructor({ dimensions, network }: Machine, folding: Folding, queue: EventQueue, lineage: Lineage) {
    this.queue = queue;
    this.lineage = lineage;
    this.stride = strides(dimensions);
    if (network === 'congestion-aware') this.links = new FoldedLinks(dimensions, folding, queue, lineage);
  }

  /**
   * Sends a message to a rank; an event follows whenever it reaches a device.
   * @param delay - its delay without congestion, ns.
   */
  send(id: number, { npu, rank, player }: Lane, toRank: number, bytes: number, delay: number): void {
    const { phase, map, pairwise } = player as Player;
    const { ranks } = map;
    const ahead = (toRank - rank + ranks) % ranks;
    if (this.links !== undefined) {
      this.links.send(id, npu, this.dimensionOf(phase.dimension), ahead, pairwise, bytes);
      return;
    }
    const { lineage } = this;
    const origin = map.stride === 0 ? this.originThere(phase.dimension, ahead, pairwise) : lineage.origin;
    lineage.mark(lineage.ofMessages, id, origin);
    this.queue.schedule(this.queue.now + delay, eventOf(MESSAGE, id));
  }

  /** Moves a message on from the device it has reached; returns true if that is its destination. */
  forward(id: number): boolean {
    return this.links === undefined || this.links.forward(id);
  }

  /** A link's occupation has ended. */
  release(link: number): void {
    this.links?.release(link);
  }

  /** The origin of this event, as seen from a rank `ahead`. */
  private originThere(logical: LogicalDimension, ahead: number, pairwise: boolean): number {
    if (ahead === 0) return this.lineage.origin;
    const flat = logical.physical.filter(({ npus }) => npus > 1).length > 1;
    const d = flat ? -1 : this.dimensionOf(logical);
    const swaps = pairwise && logical.ranks > 2;
    this.flat ??= flat;
    this.swaps[d + 1] ??= swaps;
    // Steps by rank, by NPU along a dimension, and to a partner cannot be combined.
    if (flat !== this.flat || swaps !== this.swaps[d + 1]) return this.lineage.stranger();
    return this.lineage.seenFrom(flat ? 1 : (this.stride[d] as number), logical.ranks, ahead, pairwise);
  }

  /** The network dimension of a logical dimension that has just one. */
  private dimensionOf({ physical, first }: LogicalDimension): number {
    if (physical.length === 1) return first;
    return first + physical.findIndex(({ npus }) => npus > 1);
  }
}
