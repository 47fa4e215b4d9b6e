/** Small integers by time, least first. The times belong to the caller: `times[id]`, fixed while it is queued. */
export class TimeQueue {
  /** What {@link takeUntil} took last, by time. */
  readonly taken: number[] = [];
  private readonly heap: number[] = [];

  constructor(private readonly times: ArrayLike<number>) {}

  /** Time of the first; Infinity when the queue is empty. */
  get next(): number {
    const first = this.heap[0];
    return first === undefined ? Number.POSITIVE_INFINITY : (this.times[first] as number);
  }

  add(id: number): void {
    const { heap, times } = this;
    const time = times[id] as number;
    let i = heap.push(id) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent] as number;
      if ((times[above] as number) <= time) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = id;
  }

  /** Takes all up to a time into {@link taken}. Returns the time of the last, or 0. */
  takeUntil(limit: number): number {
    const { heap, taken, times } = this;
    let last = 0;
    taken.length = 0;
    for (let next = heap[0]; next !== undefined && (times[next] as number) <= limit; next = heap[0]) {
      last = times[next] as number;
      taken.push(next);
      this.dropFirst();
    }
    return last;
  }

  private dropFirst(): void {
    const { heap, times } = this;
    const last = heap.pop() as number;
    const size = heap.length;
    if (size === 0) return;
    const time = times[last] as number;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && (times[heap[right] as number] as number) < (times[heap[child] as number] as number)) {
        child = right;
      }
      const below = heap[child] as number;
      if (time <= (times[below] as number)) break;
      heap[i] = below;
      i = child;
    }
    heap[i] = last;
  }
}
