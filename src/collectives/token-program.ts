/**
 * What a rank of a ring, direct or halving-doubling collective does, as data. The three are
 * one machine (docs/model.md, section 4): it prepares `window` packets at the start and one more for
 * each message received. A prepared packet pays the end-point delay, and a reduction of its
 * own size if it {@link reduces}; it then yields a free token, and every token that becomes
 * free releases the oldest unsent packet. The phase ends when all `sends` are done and
 * `window` tokens are free.
 *
 * Lists are cyclic: packet k has `bytes[k % bytes.length]` and goes to the rank
 * `offsets[k % offsets.length]` ahead; the packet with the same number comes from the rank
 * equally far behind.
 */
export interface TokenProgram {
  readonly kind: 'token';
  readonly sends: number;
  readonly window: number;
  readonly bytes: readonly number[];
  readonly offsets: readonly number[];
  /**
   * Peers pair up instead (halving-doubling): a rank sends forward if floor(index / offset)
   * is even, backward if odd, and receives from the peer it sends to.
   */
  readonly pairwise: boolean;
  /** Packets come in cycles of `window` that never reduce and `reducing` that may. */
  readonly reducing: number;
  /** The cycles in which they do. */
  readonly reduceIn: 'no-cycle' | 'every-cycle' | 'even-cycles';
  /**
   * After this many sends, none leave until as many messages have been received;
   * after that, a token that becomes free releases up to `window` packets. 0 for no barrier.
   */
  readonly barrier: number;
}

/** Whether packet `k` (counting from 0) pays for a reduction before it is free. */
export function reduces({ window, reducing, reduceIn }: TokenProgram, k: number): boolean {
  if (reduceIn === 'no-cycle') return false;
  const cycle = window + reducing;
  if (k % cycle < window) return false;
  return reduceIn === 'every-cycle' || Math.floor(k / cycle) % 2 === 0;
}

/** The part of a rank's progress that the two rules below need. */
export interface TokenState {
  prepared: number;
  sent: number;
  received: number;
  free: number;
}

/** How many packets may leave now that one more token is free. */
export function releasable({ sends, window, barrier }: TokenProgram, state: TokenState): number {
  const ready = Math.min(state.prepared - state.sent, sends - state.sent, state.free);
  if (barrier === 0 || state.sent < barrier) return Math.min(ready, 1);
  return state.received < barrier ? 0 : Math.min(ready, window);
}

/** Whether the phase is over for this rank. */
export function isDone({ sends, window }: TokenProgram, { sent, free }: TokenState): boolean {
  return sent === sends && free === window;
}

/** Bytes one rank sends in the whole program. */
export function sentBytes({ sends, bytes }: TokenProgram): number {
  const cycle = bytes.reduce((sum, b) => sum + b, 0);
  const rest = bytes.slice(0, sends % bytes.length).reduce((sum, b) => sum + b, 0);
  return Math.floor(sends / bytes.length) * cycle + rest;
}

/** How many of the packets 0 ... count - 1 reduce. */
export function countReducing({ window, reducing, reduceIn }: TokenProgram, count: number): number {
  if (reduceIn === 'no-cycle') return 0;
  const cycle = window + reducing;
  const whole = Math.floor(count / cycle);
  const inLast = Math.max(0, count - whole * cycle - window);
  if (reduceIn === 'every-cycle') return whole * reducing + inLast;
  return Math.ceil(whole / 2) * reducing + (whole % 2 === 0 ? inLast : 0);
}
