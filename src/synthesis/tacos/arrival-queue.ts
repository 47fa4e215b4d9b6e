/** Links by the time at which the transfer on them arrives. A link carries one transfer at a time. */
export class ArrivalQueue {
  /** What {@link takeTogether} took last. */
  readonly taken: number[] = [];
  private readonly heap: number[] = [];
  private readonly timeNs: Float64Array;

  constructor(links: number) {
    this.timeNs = new Float64Array(links);
  }

  get size(): number {
    return this.heap.length;
  }

  add(timeNs: number, link: number): void {
    const { heap, timeNs: times } = this;
    times[link] = timeNs;
    let i = heap.push(link) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent] as number;
      if ((times[above] as number) <= timeNs) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = link;
  }

  /**
   * Takes the next arrival and all that follow it within a part of its time, into {@link taken}.
   * Returns the time of the last of them; undefined when the queue is empty.
   */
  takeTogether(part: number): number | undefined {
    const { heap, taken, timeNs } = this;
    const first = heap[0];
    if (first === undefined) return undefined;
    const until = (timeNs[first] as number) * (1 + part);
    let now = 0;
    taken.length = 0;
    for (let next = heap[0]; next !== undefined && (timeNs[next] as number) <= until; next = heap[0]) {
      now = timeNs[next] as number;
      taken.push(next);
      this.dropFirst();
    }
    return now;
  }

  private dropFirst(): void {
    const { heap, timeNs } = this;
    const last = heap.pop() as number;
    const size = heap.length;
    if (size === 0) return;
    const time = timeNs[last] as number;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && (timeNs[heap[right] as number] as number) < (timeNs[heap[child] as number] as number)) {
        child = right;
      }
      const below = heap[child] as number;
      if (time <= (timeNs[below] as number)) break;
      heap[i] = below;
      i = child;
    }
    heap[i] = last;
  }
}
