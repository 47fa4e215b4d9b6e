import type { Placement } from './cargo.js';
import type { StepProgram } from './step-program.js';

/** A step of a `StepBuilder`, by the order in which steps were added. */
export type StepId = number;

/** One cell of a rank's memory, or several. */
export type Cells = number | readonly number[];

/** What a step may say besides. */
export interface StepOptions {
  /** Steps of the same rank that have to be over first. Default: none. */
  readonly after?: StepId | readonly StepId[];
  /** Which of several parallel channels between two ranks; messages of one channel arrive in order. Default 0. */
  readonly channel?: number;
  /** Which of its rank's threads runs it, where that is to be known: see {@link StepProgram.thread}. */
  readonly thread?: number;
  /** Of a send or a change of circuits: the switch, from 0. Default: all switches together. */
  readonly switch?: number;
  /** Size where it is not the number of cells times the bytes of a block. */
  readonly bytes?: number;
}

export interface StepBuilderOptions {
  /** Ranks, at least 1. */
  readonly ranks: number;
  /** Bytes of a block. Default 1: the program counts blocks until it is given a size. */
  readonly blockBytes?: number;
  /** Blocks of the collective's buffer and where they are; none leaves out what moves, and nothing can be verified. */
  readonly blocks?: number;
  /** Where a rank's input is. Default: block b in cell b. */
  readonly input?: Placement;
  /** Where a rank's output is. Default: block b in cell b. */
  readonly output?: Placement;
  /** When a send is over. Default `issued`. */
  readonly sendsEnd?: StepProgram['sendsEnd'];
  /** Whether ranks pay the end-point delay. Default true. */
  readonly paysEndpoint?: boolean;
  /**
   * How messages between two ranks on one channel are matched: the first send with the first
   * receive as they were added (`in-order`, the default), or as they arrive and are posted in
   * the run; what nobody receives is then dropped.
   */
  readonly matching?: 'in-order' | 'on-arrival';
  /** How issues name a step. Default: its number, rank and kind. */
  readonly nameOf?: (step: StepId) => string;
}
