import { SimulationError } from '../base/errors.js';

const NONE = -1;
/** Times remembered with their newest bucket; a power of two. Simulations keep few times pending. */
const RECENT = 256;

/**
 * Events by time; events of one time run in the order in which they were scheduled, also those
 * added while that time runs. Events are integers, whose meaning the caller decides.
 *
 * A heap orders buckets, each with events of one time, because simulated machines in lockstep put
 * thousands of events on one tick. `recent` finds the bucket of a time until another time takes
 * its place; the first time then gets a second bucket, which the heap puts after the first.
 * Events are only ever added to the newest bucket of a time, so the order holds.
 */
export class EventQueue {
  /** Time of the event last taken; nothing can be scheduled before it. */
  now = 0;

  /** Buckets by (time, age). */
  private readonly heap: number[] = [];
  private readonly recent: number[] = new Array(RECENT).fill(0);
  /** Bucket of `now` while it runs. */
  private current = NONE;

  /** Per bucket: its time (NaN when free), when it was made, first and last event. */
  private readonly times: number[] = [];
  private readonly ages: number[] = [];
  private readonly heads: number[] = [];
  private readonly tails: number[] = [];
  private readonly freeBuckets: number[] = [];
  private made = 0;

  private readonly events: number[] = [];
  private readonly next: number[] = [];
  private free = NONE;
  private count = 0;

  /** Events scheduled and not yet taken. */
  get size(): number {
    return this.count;
  }

  /**
   * Schedules an event at `time`, which must not be before {@link now}.
   * @throws SimulationError beyond 2^53 ns, where whole ns are not exact.
   */
  schedule(time: number, event: number): void {
    if (time > Number.MAX_SAFE_INTEGER) throw tooLate(time);
    let cell = this.free;
    if (cell === NONE) {
      cell = this.events.length;
    } else {
      this.free = this.next[cell] as number;
    }
    this.events[cell] = event;
    this.next[cell] = NONE;
    this.count++;

    const place = time & (RECENT - 1);
    const bucket = this.recent[place] as number;
    if (this.times[bucket] !== time) {
      this.recent[place] = this.open(time, cell);
      return;
    }
    const tail = this.tails[bucket] as number;
    if (tail === NONE) this.heads[bucket] = cell;
    else this.next[tail] = cell;
    this.tails[bucket] = cell;
  }

  /** Takes the next event and sets {@link now} to its time; undefined when there is none. */
  take(): number | undefined {
    let cell = this.current === NONE ? NONE : (this.heads[this.current] as number);
    if (cell === NONE) {
      if (this.current !== NONE) this.close(this.current);
      this.current = this.pop();
      if (this.current === NONE) return undefined;
      this.now = this.times[this.current] as number;
      cell = this.heads[this.current] as number;
    }
    const after = this.next[cell] as number;
    this.heads[this.current] = after;
    if (after === NONE) this.tails[this.current] = NONE;
    this.next[cell] = this.free;
    this.free = cell;
    this.count--;
    return this.events[cell];
  }

  /** Whether another event is due at {@link now}. */
  hasMoreNow(): boolean {
    if (this.current === NONE) return false;
    const due = this.heads[this.current] !== NONE;
    return due || (this.heap.length > 0 && this.times[this.heap[0] as number] === this.now);
  }

  /** A new bucket with one event in it. */
  private open(time: number, cell: number): number {
    const bucket = this.freeBuckets.pop() ?? this.times.length;
    this.times[bucket] = time;
    this.ages[bucket] = this.made++;
    this.heads[bucket] = cell;
    this.tails[bucket] = cell;
    this.push(bucket, time);
    return bucket;
  }

  private close(bucket: number): void {
    this.times[bucket] = Number.NaN;
    this.freeBuckets.push(bucket);
  }

  /** Inserts the newest bucket behind all others of its time. */
  private push(bucket: number, time: number): void {
    const { heap, times } = this;
    let i = heap.length;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent] as number;
      if ((times[above] as number) <= time) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = bucket;
  }

  private pop(): number {
    const { heap, times, ages } = this;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined) return NONE;
    const size = heap.length;
    if (size === 0) return top;
    const time = times[last] as number;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      let below = heap[child] as number;
      let early = times[below] as number;
      if (child + 1 < size) {
        const right = heap[child + 1] as number;
        const other = times[right] as number;
        if (other < early || (other === early && (ages[right] as number) < (ages[below] as number))) {
          child++;
          below = right;
          early = other;
        }
      }
      if (time < early || (time === early && (ages[last] as number) < (ages[below] as number))) break;
      heap[i] = below;
      i = child;
    }
    heap[i] = last;
    return top;
  }
}

function tooLate(time: number): SimulationError {
  return new SimulationError(`the time passes 2^53 ns (${time}): whole nanoseconds are not exact there`, time);
}
