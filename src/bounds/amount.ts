/**
 * A capacity or a flow: a `number` where every sum stays below 2^53, else a `bigint`; never a
 * mixture within one network. TypeScript cannot say "either, but the same throughout", so the
 * type says number, and code on amounts keeps to +, -, *, comparison and assignment, which mean
 * the same for both.
 */
export type Amount = number;

/** Turns a number below 2^53 into the kind of amount in use. */
export type ToAmount = (value: number | bigint) => Amount;

/** Numbers when nothing computed exceeds `largest`, else bigints. */
export function amountsUpTo(largest: bigint): ToAmount {
  if (largest <= BigInt(Number.MAX_SAFE_INTEGER)) return Number;
  return BigInt as unknown as ToAmount;
}
