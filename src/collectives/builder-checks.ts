import * as v from 'valibot';
import { ConfigError, show } from '../base/errors.js';
import { keys, parse, reading, whole } from '../base/validate.js';
import type { StepBuilderOptions, StepOptions } from './step-options.js';

/** More than any column could have. */
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

/** @throws ConfigError for options that a builder cannot have. */
export function checkedBuilderOptions(options: unknown): StepBuilderOptions {
  return parse(schema, options) as StepBuilderOptions;
}

/**
 * What a step of a builder is given, each read once.
 * @throws ConfigError for what is no number, no list of them, or cannot be read.
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
  const { after, channel, thread, bytes } = reading(() => ({ ...(options as StepOptions) }), 'options');
  expect(after === undefined || areNumbers(after), 'after', 'a step or a list of steps', after);
  for (const [path, value] of Object.entries({ channel, thread, bytes })) {
    expect(value === undefined || typeof value === 'number', path, 'a number', value);
  }
  return {
    ...(after === undefined ? {} : { after }),
    ...(channel === undefined ? {} : { channel }),
    ...(thread === undefined ? {} : { thread }),
    ...(bytes === undefined ? {} : { bytes }),
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
