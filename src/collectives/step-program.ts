import type { Cargo } from './cargo.js';

/** What a step does. */
export const SEND = 0;
export const RECEIVE = 1;
/** Adds up data that are there: two reads and a write of its bytes. */
export const REDUCE = 2;
/** Moves data within the rank: a read and a write of its bytes. */
export const COPY = 3;
/** Takes its own time. */
export const COMPUTE = 4;
/** Takes no time. What it makes ready waits until something else of the rank ends, unless nothing runs. */
export const MARK = 5;
/**
 * Joins a port of the rank to its peer, on a network of circuits. It waits for what the rank
 * has handed to the port before, and ends at once where the circuit is there already.
 */
export const RECONFIGURE = 6;

/** What steps do, in words, by number. */
export const STEP_NAMES = ['send', 'receive', 'reduce', 'copy', 'compute', 'mark', 'reconfigure'] as const;

/**
 * A collective spelled out: every send, receive, reduction, copy and computation of every rank,
 * and what each waits for. The other density of a program; a {@link TokenProgram} says in a few
 * numbers what all ranks do alike.
 *
 * Columns have one entry per step. Steps are numbered by rank; within a rank, steps that become
 * ready together start in ascending number. A step starts when all steps of its rank that it
 * needs are over.
 */
export interface StepProgram {
  readonly kind: 'steps';
  readonly ranks: number;
  /**
   * When a send is over: `issued`, as soon as it has been handed to the network, or `arrived`,
   * when its message has reached the other rank.
   */
  readonly sendsEnd: 'issued' | 'arrived';
  /** Whether the end-point delay is paid: before a send that needs nothing, and by every receive. */
  readonly paysEndpoint: boolean;
  /** The steps of rank r are `first[r]` to `first[r + 1] - 1`. */
  readonly first: Int32Array;
  /** {@link SEND} and so on. */
  readonly does: Uint8Array;
  /** The other rank of a send or receive, the one that a port is joined to, else -1. */
  readonly peer: Int32Array;
  /**
   * Of a send the receive it is matched with, of a receive itself. Messages that cannot be told
   * apart meet in order of arrival and of posting; the first of their receives then stands for all.
   */
  readonly meets: Int32Array;
  /** Size of the message, or of what is reduced or copied. */
  readonly bytes: Float64Array;
  /** Time of a {@link COMPUTE} step, ns. */
  readonly ns: Float64Array;
  /** How many steps of its rank it needs. */
  readonly needs: Int32Array;
  /** Steps that need it, ascending: `steps` from `first[s]` to `first[s + 1] - 1`. */
  readonly waiters: { readonly first: Int32Array; readonly steps: Int32Array };
  /** Which of several parallel channels between two ranks a message takes. */
  readonly channel: Int32Array;
  /**
   * On a network of circuits: the switch that a send goes over or whose circuit changes; -1 for all
   * switches together, an equal part over each. Without it, all do so.
   */
  readonly switches?: Int32Array;
  /**
   * Which of its rank's threads runs a step, where that is known: threads do one thing after
   * the other, and their steps wait for each other accordingly.
   */
  readonly thread?: Int32Array;
  /** The steps have the bytes of one size already; without it, a block is one byte that stands for its share of any size. */
  readonly isSized?: true;
  /** Which blocks move; undefined where only bytes are known. */
  readonly cargo?: Cargo;
  /**
   * Of schedules that fix the way: the links of the network that a send takes, in order, from
   * `first[s]` to `first[s + 1] - 1`. Ranks are NPUs then. None means the network's own way.
   */
  readonly route?: { readonly first: Int32Array; readonly links: Int32Array };
  /**
   * With {@link route}: which of the program's messages over each of these links it is, counting from
   * 0. Links that are contended for keep this order, and wait where they must. None: first come,
   * first served.
   */
  readonly order?: Int32Array;
  /** What every other phase of a dimension plays instead: the second of the double binary trees. */
  readonly alternate?: StepProgram;
}

/** Whether a program can only be played on a network of circuits. */
export function needsCircuits({ does, switches }: StepProgram): boolean {
  return switches !== undefined || does.includes(RECONFIGURE);
}

/** The rank of a step. */
export function rankOfStep({ first }: StepProgram, step: number): number {
  let low = 0;
  let high = first.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((first[middle] as number) <= step) low = middle;
    else high = middle;
  }
  return low;
}

/** How messages name a step: `rank 3, step 5 (receive from rank 2)`. */
export function nameOfStep(program: StepProgram, step: number): string {
  const { does, peer, first } = program;
  const rank = rankOfStep(program, step);
  const what = does[step] as number;
  const other =
    what === SEND || what === RECONFIGURE
      ? ` to rank ${peer[step]}`
      : what === RECEIVE
        ? ` from rank ${peer[step]}`
        : '';
  return `rank ${rank}, step ${step - (first[rank] as number)} (${STEP_NAMES[what]}${other})`;
}
