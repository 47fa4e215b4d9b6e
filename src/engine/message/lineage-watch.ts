import type { Lane } from './lane.js';
import { type Descent, type Lineage, Marks } from './lineage.js';

/**
 * Watches what meets in a folded run in which it is known what events descend from: here where NPUs
 * fold along whole dimensions. What only classes need does nothing.
 */
export class LineageWatch {
  protected readonly lineage: Lineage;
  private readonly timers = new Marks();
  /** Per lane what came last to its barrier, per NPU the last callback to the listener. */
  private readonly opened = new Marks();
  private readonly tokens = new Marks();
  private readonly listeners = new Marks();

  constructor(lineage: Lineage) {
    this.lineage = lineage;
  }

  /** Of the running event, by classes: the listener has to watch in which order it is called. */
  get descent(): Descent | undefined {
    return undefined;
  }

  /** Folded NPUs start together, and all they do descends from that start. */
  begin(_npu: number): void {
    this.lineage.origin = 0;
  }

  timerSet(token: number): void {
    this.lineage.mark(this.timers, token);
  }

  timerDue(token: number): void {
    this.lineage.enterFrom(this.timers, token);
  }

  /** The listener is about to be called for an NPU. @throws Divergence if another call comes first elsewhere. */
  calls(npu: number): void {
    this.lineage.meet(this.listeners, npu);
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
  sends(_id: number, _lane: Lane, _toRank: number): void {}

  /** A message of the listener is about to be sent along a path. */
  posts(_id: number, _path: number): void {}

  /** A message has arrived. One of the listener's has not reached its receiver before the sender knows. */
  arrives(_id: number, _isForLane: boolean): void {}

  // What a listener can ask for

  /** What follows happens on the receiver of the message that has arrived. */
  reachReceiver(): void {}

  /** The running event meets others at something that remembers which came first. @throws Divergence if they came first only here. */
  meet(marks: Marks, index: number): void {
    this.lineage.meet(marks, index);
  }

  /** The running event comes after those that the marks tell of, on every NPU. */
  mark(marks: Marks, index: number): void {
    this.lineage.mark(marks, index);
  }
}
