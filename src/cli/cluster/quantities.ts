const TIMES = [
  ['s', 1e9],
  ['ms', 1e6],
  ['us', 1e3],
] as const;

/** A time as text: `32.73 ms`. */
export function duration(ns: number): string {
  const [unit, scale] = TIMES.find(([, least]) => ns >= least) ?? (['ns', 1] as const);
  return `${significant(ns / scale)} ${unit}`;
}

/** Four significant digits without an exponent. */
export function significant(value: number): string {
  if (!Number.isFinite(value)) return 'unlimited';
  const digits = value === 0 ? 0 : Math.max(0, 3 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 12));
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
