import type { Cargo } from './cargo.js';

/** What a step does. */
export const SEND = 0;
export const RECEIVE = 1;
/** Adds data in memory: two reads and a write of its bytes. */
export const REDUCE = 2;
/** Moves data within the rank: a read and a write of its bytes. */
export const COPY = 3;
/** Takes a given time. */
export const COMPUTE = 4;
/** Takes no time. Steps that it makes ready wait until another step of the rank ends, unless none runs. */
export const MARK = 5;
/**
 * Joins a port of the rank to its peer, on a network of circuits. It waits for what the rank
 * gave the port before, and ends at once if the circuit is already set.
 */
export const RECONFIGURE = 6;

/** Names of what steps do, by number. */
export const STEP_NAMES = ['send', 'receive', 'reduce', 'copy', 'compute', 'mark', 'reconfigure'] as const;

/**
 * A spelled-out collective: every send, receive, reduction, copy and computation of every rank,
 * and what each waits for. A {@link TokenProgram}, in contrast, describes in a few numbers what
 * all ranks do alike.
 *
 * Columns have one entry per step. Steps are numbered by rank; within a rank, steps that become
 * ready together start in ascending number. A step starts when all steps of its rank that it
 * needs have ended.
 */
export interface StepProgram {
  readonly kind: 'steps';
  readonly ranks: number;
  /**
   * When a send ends: `issued`, as soon as the network has it, or `arrived`,
   * when its message has reached the other rank.
   */
  readonly sendsEnd: 'issued' | 'arrived';
  /** Whether a send that needs nothing and every receive pay the end-point delay. */
  readonly paysEndpoint: boolean;
  /** The steps of rank r are `first[r]` to `first[r + 1] - 1`. */
  readonly first: Int32Array;
  /** {@link SEND} and so on. */
  readonly does: Uint8Array;
  /** The other rank of a send or receive, or the one that a port joins, else -1. */
  readonly peer: Int32Array;
  /**
   * For a send its matching receive, for a receive itself. Indistinguishable messages match in order
   * of arrival and of posting; all of them then name the first of their receives.
   */
  readonly meets: Int32Array;
  /** Size of the message, or of the data reduced or copied. */
  readonly bytes: Float64Array;
  /** Time of a {@link COMPUTE} step, ns. */
  readonly ns: Float64Array;
  /** Number of steps of its rank that it needs. */
  readonly needs: Int32Array;
  /** Steps that need it, ascending: `steps` from `first[s]` to `first[s + 1] - 1`. */
  readonly waiters: { readonly first: Int32Array; readonly steps: Int32Array };
  /** Which of several parallel channels between two ranks a message takes. */
  readonly channel: Int32Array;
  /**
   * On a network of circuits: the switch that a send takes or whose circuit changes; -1 for all
   * switches, with an equal part over each. Undefined: -1 for every step.
   */
  readonly switches?: Int32Array;
  /**
   * The thread of the rank that runs a step, if known: a thread runs its steps one after
   * the other, and the steps wait for each other accordingly.
   */
  readonly thread?: Int32Array;
  /** The steps have their final bytes; without it, each block is one byte, to be scaled to any size. */
  readonly isSized?: true;
  /** Which blocks move; undefined if only bytes are known. */
  readonly cargo?: Cargo;
  /**
   * For schedules with fixed ways: the network links that a send takes, in order, from
   * `first[s]` to `first[s + 1] - 1`. Ranks are NPUs then. No links: the network's own way.
   */
  readonly route?: { readonly first: Int32Array; readonly links: Int32Array };
  /**
   * With {@link route}: the turn of the message on each of these links, from 0. Contended
   * links keep this order, and wait if they must. Undefined: first come, first served.
   */
  readonly order?: Int32Array;
  /** Played instead in every other phase of a dimension: the second of the double binary trees. */
  readonly alternate?: StepProgram;
}

/** Whether a program needs a network of circuits. */
export function needsCircuits({ does, switches }: StepProgram): boolean {
  return switches !== undefined || does.includes(RECONFIGURE);
}

/** Marks programs whose columns a builder has checked. Copies do not carry it. */
const BUILT = Symbol('built');

/** Marks a program as checked by a builder, and freezes it so that nobody replaces its columns. */
export function built(program: StepProgram): StepProgram {
  return Object.freeze(Object.defineProperty(program, BUILT, { value: true }));
}

/** Whether {@link built} marked this object. */
export function isBuilt(program: StepProgram): boolean {
  return (program as { readonly [BUILT]?: true })[BUILT] === true;
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

/** A step's name in messages: `rank 3, step 5 (receive from rank 2)`. */
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
