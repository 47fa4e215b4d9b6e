import { runOrder, sendersOf } from './step-order.js';
import { COMPUTE, COPY, RECEIVE, REDUCE, SEND, type StepProgram } from './step-program.js';
import { countReducing, reduces, type TokenProgram } from './token-program.js';

/** Equal messages or reductions of a chain. */
export interface ChainLink {
  /** `message` to the rank `offset` ahead, or a reduction. */
  readonly does: 'message' | 'reduction';
  readonly offset: number;
  readonly bytes: number;
  readonly times: number;
}

/**
 * What one rank of a program with window 1 does in sequence: every message waits for
 * the one before it, for the end-point delay, and for its reduction if it has one. The rank
 * also pays `sends + 1` end-point delays.
 */
export function* chainOf(program: TokenProgram): Generator<ChainLink> {
  const { sends, bytes, offsets } = program;
  const link = (does: ChainLink['does'], k: number, times: number): ChainLink => ({
    does,
    offset: offsets[k % offsets.length] as number,
    bytes: bytes[k % bytes.length] as number,
    times,
  });
  if (bytes.length === 1 && offsets.length === 1) {
    yield link('message', 0, sends);
    const reductions = countReducing(program, sends + 1);
    // Skip reductions that never happen: with very slow memory one would take infinitely long.
    if (reductions > 0) yield link('reduction', 0, reductions);
    return;
  }
  for (let k = 0; k < sends; k++) {
    yield link('message', k, 1);
    if (reduces(program, k + 1)) yield link('reduction', k + 1, 1);
  }
}

/** What the steps of a program cost without contention, ns. */
export interface StepPrices {
  readonly endpoint: number;
  message(from: number, to: number, bytes: number): number;
  reduction(bytes: number): number;
  copy(bytes: number): number;
}

/** Earliest end of each step of a program. */
export interface StepTimes {
  /** Per step, ns from the start. */
  readonly overNs: Float64Array;
  /** Per step, what it waited for last: a step of its rank, the send of its message, or -1 for the start. */
  readonly cause: Int32Array;
}

/**
 * Times of steps alone in a network: each starts when everything it needs has ended. A receive
 * of indistinguishable messages counts as not waiting for one.
 */
export function timesOfSteps(program: StepProgram, prices: StepPrices): StepTimes {
  const { does, peer, meets, bytes, ns, needs, waiters, sendsEnd, paysEndpoint, first } = program;
  const count = does.length;
  const endpoint = paysEndpoint ? prices.endpoint : 0;
  const overNs = new Float64Array(count);
  const beginNs = new Float64Array(count);
  const cause = new Int32Array(count).fill(-1);
  const met = sendersOf(program);
  const rankOf = new Int32Array(count);
  for (let rank = 0; rank < program.ranks; rank++) rankOf.fill(rank, first[rank], first[rank + 1]);
  const hold = (step: number, at: number, by: number) => {
    if (at < (beginNs[step] as number)) return;
    beginNs[step] = at;
    cause[step] = by;
  };
  for (const step of runOrder(program, met)) {
    const size = bytes[step] as number;
    let over = beginNs[step] as number;
    switch (does[step]) {
      case SEND: {
        if (needs[step] === 0) over += endpoint;
        const to = peer[step] as number;
        const arrival = over + prices.message(rankOf[step] as number, to, size);
        const receive = meets[step] as number;
        if (receive >= 0 && met[receive] === step) hold(receive, arrival, step);
        if (sendsEnd === 'arrived') over = arrival;
        break;
      }
      case RECEIVE:
        over += endpoint;
        break;
      case REDUCE:
        over += prices.reduction(size);
        break;
      case COPY:
        over += prices.copy(size);
        break;
      case COMPUTE:
        over += ns[step] as number;
        break;
    }
    overNs[step] = over;
    const end = waiters.first[step + 1] as number;
    for (let i = waiters.first[step] as number; i < end; i++) hold(waiters.steps[i] as number, over, step);
  }
  return { overNs, cause };
}

/** When each rank finishes, ns. */
export function finishOfRanks({ ranks, first }: StepProgram, { overNs }: StepTimes): Float64Array {
  const finish = new Float64Array(ranks);
  for (let rank = 0; rank < ranks; rank++) {
    const end = first[rank + 1] as number;
    for (let step = first[rank] as number; step < end; step++) {
      finish[rank] = Math.max(finish[rank] as number, overNs[step] as number);
    }
  }
  return finish;
}
