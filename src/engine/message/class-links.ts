import type { Switching } from '../../base/words.js';
import type { Network } from '../../topology/network.js';
import type { ClassPaths } from '../class-paths.js';
import { NO_TURN } from '../class-paths.js';
import type { EventQueue } from '../event-queue.js';
import { type Lineage, Marks } from './lineage.js';
import { LinkQueues } from './link-queues.js';
import { Origins } from './origins.js';

/**
 * The congestion-aware network where NPUs fold by classes. A message goes the way between real
 * NPUs, but of a class of links one represents all: there it meets what comes to each of them.
 *
 * Messages that come to a link in one tick must come in the same order everywhere. A message that
 * comes as the link becomes free starts in this tick either way; only what its later events descend
 * from is then unknown.
 */
export class ClassLinks extends LinkQueues {
  private readonly paths: ClassPaths;
  private readonly lineage: Lineage;
  private readonly origins: Origins;
  /** Per link: what came to it last, what ended its last occupation, and what the end of the present one descends from. */
  private readonly came = new Marks();
  private readonly freed = new Marks();
  private readonly occupied = new Marks();
  /** Per message in flight: its path, the links it has entered, the last of them, and what brought it there. */
  private readonly path: number[] = [];
  private readonly hops: number[] = [];
  private readonly link: number[] = [];
  private readonly brought = new Marks();
  private arrivedBy = 0;
  private arrivedOn = 0;

  constructor(network: Network, queue: EventQueue, switching: Switching, paths: ClassPaths, lineage: Lineage) {
    super(network, queue, switching);
    this.paths = paths;
    this.lineage = lineage;
    this.origins = new Origins(paths.turns, () => lineage.stranger());
  }

  /** The origin of what an NPU does on its own. */
  self(npu: number): number {
    return this.origins.of(this.paths.members[npu] as Int32Array);
  }

  /** Says which path a message takes that is about to be sent. */
  takes(id: number, path: number): void {
    this.path[id] = path;
    this.hops[id] = 0;
    // Also one to the sender itself, which takes no link.
    this.lineage.mark(this.lineage.ofMessages, id);
  }

  /** A message has arrived: so far, what happens happens on its sender. */
  arrived(id: number): void {
    this.arrivedBy = this.lineage.origin;
    this.arrivedOn = this.path[id] as number;
  }

  /** What happens from now on in the event of the last message that has arrived happens on its receiver. */
  reachReceiver(): void {
    this.lineage.origin = this.seenBy(this.arrivedBy, this.paths.toReceiver[this.arrivedOn] as number);
  }

  override release(link: number): void {
    this.lineage.enterFrom(this.occupied, link);
    this.lineage.mark(this.freed, link);
    super.release(link);
  }

  protected override enter(link: number, id: number): void {
    const { lineage, brought } = this;
    const { origin } = lineage;
    const standIn = this.paths.standIns[link] as number;
    const hop = this.hops[id] as number;
    this.link[id] = link;
    this.hops[id] = hop + 1;
    lineage.origin = this.seenBy(origin, this.turn(this.paths.toLinks, id, hop));
    lineage.meet(this.came, standIn);
    lineage.mark(brought, id);
    // In another order, the end of the occupation would have started it.
    if (this.busy[standIn] === 0 && lineage.differs(this.freed, standIn)) lineage.estrange();
    super.enter(standIn, id);
    lineage.origin = origin;
  }

  protected override occupy(link: number, id: number): void {
    const { lineage } = this;
    const { origin } = lineage;
    // One that waited and came in this very event, as far as can be told, could have started itself.
    if (lineage.differs(this.brought, id)) lineage.estrange();
    lineage.mark(this.occupied, link);
    const back = this.turn(this.paths.fromLinks, id, (this.hops[id] as number) - 1);
    lineage.mark(lineage.ofMessages, id, this.seenBy(lineage.origin, back));
    super.occupy(link, id);
    this.at[id] = this.network.end(this.link[id] as number);
    lineage.origin = origin;
  }

  protected override isPassedOn(_standIn: number, id: number): boolean {
    return super.isPassedOn(this.link[id] as number, id);
  }

  private turn(turns: readonly (readonly number[])[], id: number, hop: number): number {
    return (turns[this.path[id] as number] as readonly number[])[hop] as number;
  }

  private seenBy(origin: number, turn: number): number {
    return turn === NO_TURN ? origin : this.origins.seenBy(origin, turn);
  }
}
