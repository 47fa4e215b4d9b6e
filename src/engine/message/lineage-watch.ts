import type { ClassPaths } from '../class-paths.js';
import type { EventQueue } from '../event-queue.js';
import type { Folding } from '../folding.js';
import type { ClassLinks } from './class-links.js';
import type { Lane, Player } from './lane.js';
import { type Descent, Lineage, Marks } from './lineage.js';
import { Origins } from './origins.js';

/** The lineage of a run; undefined where all NPUs are simulated, or classes fold without it. */
export function lineageOf({ stands, classes }: Folding, queue: EventQueue, npus: number): Lineage | undefined {
  if (!stands) return undefined;
  if (classes === undefined) return new Lineage(queue, npus);
  return classes.paths && new Lineage(queue, Origins.MOST);
}

/**
 * Watches what meets in a folded run in which it is known what events descend from: where NPUs
 * fold along whole dimensions, or by classes although links have queues.
 */
export class LineageWatch {
  private readonly lineage: Lineage;
  /** By classes: the links, and the paths along them. */
  private readonly classes: { readonly links: ClassLinks; readonly paths: ClassPaths } | undefined;
  private readonly timers = new Marks();
  /** Per lane what came last to its barrier, per NPU the last callback to the listener. */
  private readonly opened = new Marks();
  private readonly tokens = new Marks();
  private readonly listeners = new Marks();

  constructor(lineage: Lineage, links: ClassLinks | undefined, paths: ClassPaths | undefined) {
    this.lineage = lineage;
    this.classes = links && paths && { links, paths };
  }

  /** Of the running event, by classes: the listener has to watch in which order it is called. */
  get descent(): Descent | undefined {
    return this.classes && this.lineage;
  }

  /** Folded NPUs start together, and all they do descends from that start. */
  begin(npu: number): void {
    this.lineage.origin = this.classes?.links.self(npu) ?? 0;
  }

  timerSet(token: number): void {
    this.lineage.mark(this.timers, token);
  }

  timerDue(token: number): void {
    this.lineage.enterFrom(this.timers, token);
  }

  /** The listener is about to be called for an NPU. @throws Divergence if another call comes first elsewhere. */
  calls(npu: number): void {
    if (this.classes === undefined) this.lineage.meet(this.listeners, npu);
  }

  barrierOpened(lane: number): void {
    this.lineage.check(this.tokens, lane);
    this.lineage.note(this.opened, lane);
  }

  barrierMet(lane: number): void {
    this.lineage.check(this.opened, lane);
    this.lineage.note(this.tokens, lane);
  }

  /** A message of a lane is about to be sent. */
  sends(id: number, { npu, rank, player }: Lane, toRank: number): void {
    if (this.classes === undefined) return;
    const { links, paths } = this.classes;
    const { map, pairwise, phase } = player as Player;
    const { ranks, group } = map;
    const slot = group?.slots?.[rank] ?? paths.lineSlot(phase.dimension);
    const steps = pairwise ? Math.abs(toRank - rank) : (toRank - rank + ranks) % ranks;
    links.takes(id, paths.toRank(npu, slot, steps, pairwise));
  }

  /** A message of the listener is about to be sent along a path. */
  posts(id: number, path: number): void {
    this.classes?.links.takes(id, path);
  }

  /** A message has arrived. One of the listener's has not reached its receiver before the sender knows. */
  arrives(id: number, isForLane: boolean): void {
    this.classes?.links.arrived(id);
    if (isForLane) this.reachReceiver();
  }

  // What a listener can ask for

  /** What follows happens on the receiver of the message that has arrived. */
  reachReceiver(): void {
    this.classes?.links.reachReceiver();
  }

  /** The running event meets others at something that remembers which came first. @throws Divergence if they came first only here. */
  meet(marks: Marks, index: number): void {
    this.lineage.meet(marks, index);
  }

  /** The running event comes after those that the marks tell of, on every NPU. */
  mark(marks: Marks, index: number): void {
    this.lineage.mark(marks, index);
  }
}
