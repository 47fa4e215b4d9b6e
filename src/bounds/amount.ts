/**
 * A capacity or a flow: a `number` if every sum stays below 2^53, else a `bigint`; one network never
 * mixes them. TypeScript cannot say "either, but the same throughout", so the
 * type says number, and code on amounts uses only +, -, *, comparison and assignment, which mean
 * the same for both.
 */
export type Amount = number;

/** Turns a number below 2^53 into the kind of amount in use. */
export type ToAmount = (value: number | bigint) => Amount;

/** Chooses numbers if `largest`, the largest computed value, allows them, else bigints. */
export function amountsUpTo(largest: bigint): ToAmount {
  if (largest <= BigInt(Number.MAX_SAFE_INTEGER)) return Number;
  return BigInt as unknown as ToAmount;
}
