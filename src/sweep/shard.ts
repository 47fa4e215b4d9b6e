import { ConfigError, show } from '../base/errors.js';

/** Part `index` of `of` equal ones, counted from 1. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

export const WHOLE: Shard = { index: 1, of: 1 };

/** Reads `3/10`. */
export function readShard(text: string): Shard {
  const [, index, of] = /^(\d{1,9})\/(\d{1,9})$/.exec(text.trim()) ?? [];
  const shard = { index: Number(index), of: Number(of) };
  if (shard.index >= 1 && shard.index <= shard.of) return shard;
  throw new ConfigError([{ path: '--shard', expected: 'i/n with i from 1 to n, such as 3/10', got: show(text) }]);
}

export function shardText({ index, of }: Shard): string {
  return `${index}/${of}`;
}

/** The numbers of a shard: consecutive ones, so that shards in order form the whole. */
export function shardRange({ index, of }: Shard, size: number): { readonly from: number; readonly end: number } {
  // Exact beyond 2^53, which size times index can exceed.
  const at = (part: number) => Number((BigInt(size) * BigInt(part)) / BigInt(of));
  return { from: at(index - 1), end: at(index) };
}
