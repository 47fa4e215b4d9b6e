const LATE = -1;

/**
 * Messages that devices pass on while they arrive (virtual cut-through: a device can buffer what it cannot
 * pass on). A *stretch* is a part of a route that a message crosses like this, from t on, when it starts on the first link. Its head
 * reaches the end of links of latencies l1, l2, ... at `t + trunc(l1 + l2 + ...)`, and its tail at
 * `t + trunc(l1 + l2 + ... + s / B)`, B the least bandwidth so far, which is what the stretch costs
 * without congestion.
 *
 * If the head has waited on the way, and starts at t' on a link of bandwidth B' and latency l', bytes leave as
 * fast as B' allows but never before they arrive, with the tail at `a`: the tail reaches the end of the link at
 * `max(t' + trunc(l' + s / B'), a + trunc(l'))`, and not before the time without waiting.
 * Either way the link is occupied until `max(t' + trunc(s / B'), a)`.
 */
export class CutThrough {
  /** Of the message that crossed a link last: when that is free, and when head and tail are at its end. */
  free = 0;
  head = 0;
  tail = 0;

  /** Per message: when its stretch began. */
  private readonly since: number[] = [];
  /** Latency of the links so far: `before`, and `run` times `same`, to have the bits of a product where links are alike. */
  private readonly before: number[] = [];
  private readonly run: number[] = [];
  private readonly same: number[] = [];
  private readonly bandwidth: number[] = [];
  /** When its head reaches the device before its next link; {@link LATE} once it has waited. */
  private readonly expected: number[] = [];
  /** When all of it is there. */
  private readonly whole: number[] = [];

  /** All of a message is at a device: with its next link a stretch begins. */
  begin(id: number): void {
    this.before[id] = 0;
    this.run[id] = 0;
    this.same[id] = 0;
    this.bandwidth[id] = Number.POSITIVE_INFINITY;
  }

  /** The head of a message starts on a link. */
  cross(id: number, now: number, bytes: number, bandwidth: number, latency: number): void {
    if (this.run[id] === 0) {
      this.since[id] = now;
      this.expected[id] = now;
      this.whole[id] = now;
    }
    const latencies = this.add(id, latency);
    const least = Math.min(this.bandwidth[id] as number, bandwidth);
    this.bandwidth[id] = least;
    const since = this.since[id] as number;
    const whole = this.whole[id] as number;
    const serialisation = bytes / bandwidth;
    this.free = Math.max(now + Math.trunc(serialisation), whole);
    this.tail = since + Math.trunc(latencies + bytes / least);
    if (now === this.expected[id]) {
      this.head = since + Math.trunc(latencies);
      this.expected[id] = this.head;
    } else {
      this.head = now + Math.trunc(latency);
      this.tail = Math.max(this.tail, now + Math.trunc(latency + serialisation), whole + Math.trunc(latency));
      this.expected[id] = LATE;
    }
    this.whole[id] = this.tail;
  }

  /** Adds a link; returns the latency of all so far. */
  private add(id: number, latency: number): number {
    let run = this.run[id] as number;
    const same = this.same[id] as number;
    if (latency !== same) {
      this.before[id] = (this.before[id] as number) + run * same;
      this.same[id] = latency;
      run = 0;
    }
    run++;
    this.run[id] = run;
    return (this.before[id] as number) + run * latency;
  }
}
