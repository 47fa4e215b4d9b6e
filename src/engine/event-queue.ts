import { popMin, pushMin } from './min-heap.js';

const NONE = -1;

/**
 * Events by time, those of one time in the order in which they were scheduled, also while
 * that time is being run. Events are integers; what they mean is the caller's business.
 *
 * A heap holds the distinct times only, and each has a linked list of events in flat arrays,
 * because simulated machines in lockstep put thousands of events on one tick.
 */
export class EventQueue {
  /** Time of the event last taken; nothing can be scheduled before it. */
  now = 0;

  private readonly heap: number[] = [];
  private readonly slotOf = new Map<number, number>();
  private readonly freeSlots: number[] = [];
  private readonly head: number[] = [];
  private readonly tail: number[] = [];
  private lastTime = Number.NaN;
  private lastSlot = NONE;
  /** Slot of `now`, while it is being run. */
  private current = NONE;

  private events = new Int32Array(64);
  private next = new Int32Array(64);
  private free = NONE;
  private used = 0;
  private count = 0;

  /** Events scheduled and not yet taken. */
  get size(): number {
    return this.count;
  }

  /** Schedules an event at `time`, which must not lie before {@link now}. */
  schedule(time: number, event: number): void {
    const slot = time === this.lastTime ? this.lastSlot : this.slotFor(time);
    let cell = this.free;
    if (cell === NONE) {
      if (this.used === this.events.length) this.grow();
      cell = this.used++;
    } else {
      this.free = this.next[cell] as number;
    }
    this.events[cell] = event;
    this.next[cell] = NONE;
    const tail = this.tail[slot] as number;
    if (tail === NONE) this.head[slot] = cell;
    else this.next[tail] = cell;
    this.tail[slot] = cell;
    this.count++;
  }

  /** Takes the next event and sets {@link now} to its time; undefined when there is none. */
  take(): number | undefined {
    let cell = this.current === NONE ? NONE : (this.head[this.current] as number);
    while (cell === NONE) {
      if (this.current !== NONE) this.release(this.current);
      const time = popMin(this.heap);
      if (time === undefined) return undefined;
      this.now = time;
      this.current = this.slotOf.get(time) as number;
      cell = this.head[this.current] as number;
    }
    const after = this.next[cell] as number;
    this.head[this.current] = after;
    if (after === NONE) this.tail[this.current] = NONE;
    this.next[cell] = this.free;
    this.free = cell;
    this.count--;
    return this.events[cell] as number;
  }

  /** Whether another event is due at {@link now}. */
  hasMoreNow(): boolean {
    return this.current !== NONE && this.head[this.current] !== NONE;
  }

  private slotFor(time: number): number {
    let slot = this.slotOf.get(time);
    if (slot === undefined) {
      slot = this.freeSlots.pop() ?? this.head.length;
      this.head[slot] = NONE;
      this.tail[slot] = NONE;
      this.slotOf.set(time, slot);
      pushMin(this.heap, time);
    }
    this.lastTime = time;
    this.lastSlot = slot;
    return slot;
  }

  private release(slot: number): void {
    this.slotOf.delete(this.now);
    this.freeSlots.push(slot);
    if (this.lastSlot === slot) this.lastTime = Number.NaN;
    this.current = NONE;
  }

  private grow(): void {
    const events = new Int32Array(this.events.length * 2);
    events.set(this.events);
    this.events = events;
    const next = new Int32Array(this.next.length * 2);
    next.set(this.next);
    this.next = next;
  }
}
