import * as v from 'valibot';
import { ConfigError, show } from '../base/errors.js';
import { keys, parse, reading, whole } from '../base/validate.js';
import type { Placement } from './cargo.js';
import type { StepProgram } from './step-program.js';

/** A step of a `StepBuilder`, by the order in which steps were added. */
export type StepId = number;

/** One cell of a rank's memory, or several. */
export type Cells = number | readonly number[];

/** Optional properties of a step. */
export interface StepOptions {
  /** Steps of the same rank that must end first. Default: none. */
  readonly after?: StepId | readonly StepId[];
  /** Which of several parallel channels between two ranks; messages of one channel arrive in order. Default 0. */
  readonly channel?: number;
  /** The thread of its rank that runs it, if it matters: see {@link StepProgram.thread}. */
  readonly thread?: number;
  /** The switch of a send or a change of circuits, from 0. Default: all switches. */
  readonly switch?: number;
  /** Size, if not the number of cells times the bytes of a block. */
  readonly bytes?: number;
}

export interface StepBuilderOptions {
  /** Ranks, at least 1. */
  readonly ranks: number;
  /** Bytes of a block. Default 1: the program counts blocks until it gets a size. */
  readonly blockBytes?: number;
  /** Blocks of the collective's buffer and where they are. Without it the program has no cargo and cannot be verified. */
  readonly blocks?: number;
  /** Where a rank's input is. Default: block b in cell b. */
  readonly input?: Placement;
  /** Where a rank's output is. Default: block b in cell b. */
  readonly output?: Placement;
  /** When a send ends. Default `issued`. */
  readonly sendsEnd?: StepProgram['sendsEnd'];
  /** Whether ranks pay the end-point delay. Default true. */
  readonly paysEndpoint?: boolean;
  /**
   * How messages between two ranks on one channel match: the first send with the first
   * receive in the order in which they were added (`in-order`, the default), or in the order in which
   * they arrive and are posted in the run (messages without a receive are then dropped).
   */
  readonly matching?: 'in-order' | 'on-arrival';
  /** How issues name a step. Default: its number, rank and kind. */
  readonly nameOf?: (step: StepId) => string;
}

/** More entries than any column can have. */
const MOST = 2 ** 28;

const anyInteger = whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
const placement = keys({
  at: anyInteger,
  perRank: anyInteger,
  perBlock: anyInteger,
  rows: v.optional(keys({ length: anyInteger, apart: anyInteger })),
});
const schema = keys({
  ranks: whole(1, MOST),
  blockBytes: v.optional(whole(0, Number.MAX_SAFE_INTEGER)),
  blocks: v.optional(whole(0, MOST)),
  input: v.optional(placement),
  output: v.optional(placement),
  sendsEnd: v.optional(v.picklist(['issued', 'arrived'])),
  paysEndpoint: v.optional(v.boolean()),
  matching: v.optional(v.picklist(['in-order', 'on-arrival'])),
  nameOf: v.optional(v.custom<(step: number) => string>((value) => typeof value === 'function', 'a function')),
});

/** @throws ConfigError for invalid options. */
export function checkedBuilderOptions(options: unknown): StepBuilderOptions {
  return parse(schema, options) as StepBuilderOptions;
}

/**
 * Reads each argument of a builder's step once.
 * @throws ConfigError for arguments that are not numbers or lists of numbers, or that cannot be read.
 */
export function checkedStep(
  numbers: Readonly<Record<string, unknown>>,
  cells: readonly unknown[],
  options: unknown,
): StepOptions {
  for (const [path, value] of Object.entries(numbers)) expect(typeof value === 'number', path, 'a number', value);
  for (const list of cells) expect(areNumbers(list), 'cells', 'a number or a list of numbers', list);
  if (options === undefined) return {};
  const isObject = typeof options === 'object' && options !== null;
  expect(isObject, 'options', 'an object', options);
  const { after, channel, thread, bytes, switch: place } = reading(() => ({ ...(options as StepOptions) }), 'options');
  expect(after === undefined || areNumbers(after), 'after', 'a step or a list of steps', after);
  for (const [path, value] of Object.entries({ channel, thread, bytes, switch: place })) {
    expect(value === undefined || typeof value === 'number', path, 'a number', value);
  }
  return {
    ...(after === undefined ? {} : { after }),
    ...(channel === undefined ? {} : { channel }),
    ...(thread === undefined ? {} : { thread }),
    ...(bytes === undefined ? {} : { bytes }),
    ...(place === undefined ? {} : { switch: place }),
  };
}

function areNumbers(value: unknown): boolean {
  if (typeof value === 'number') return true;
  if (!Array.isArray(value)) return false;
  for (let i = 0; i < value.length; i++) if (typeof value[i] !== 'number') return false;
  return true;
}

function expect(fits: boolean, path: string, expected: string, got: unknown): void {
  if (!fits) throw new ConfigError([{ path, expected, got: show(got) }]);
}
