/** An exact rational number in lowest terms; the denominator is positive. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** numerator / denominator in lowest terms; the numerator is at least 0, the denominator positive. */
export function fraction(numerator: bigint, denominator: bigint): Fraction {
  const divisor = gcd(numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

export function plus(a: Fraction, b: Fraction): Fraction {
  return fraction(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

export function times(a: Fraction, b: Fraction): Fraction {
  return fraction(a.numerator * b.numerator, a.denominator * b.denominator);
}

export function over(a: Fraction, b: Fraction): Fraction {
  return fraction(a.numerator * b.denominator, a.denominator * b.numerator);
}

/** Negative, 0 or positive if a is below, equal to or above b. */
export function compareFractions(a: Fraction, b: Fraction): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The nearest double, to within a few roundings. */
export function toNumber({ numerator, denominator }: Fraction): number {
  // Beyond 2^1000 a bigint may become Infinity, so only its first 64 bits are used.
  if (bits(numerator) <= 1000 && bits(denominator) <= 1000) return Number(numerator) / Number(denominator);
  const above = Math.max(0, bits(numerator) - 64);
  const below = Math.max(0, bits(denominator) - 64);
  const quotient = Number(numerator >> BigInt(above)) / Number(denominator >> BigInt(below));
  return quotient * 2 ** (above - below);
}

/** The double `value` (finite, at least 0) as a fraction, which is exact: its denominator is a power of two. */
export function fractionOf(value: number): Fraction {
  let whole = value;
  let denominator = 1n;
  while (!Number.isInteger(whole)) {
    whole *= 2;
    denominator *= 2n;
  }
  return fraction(BigInt(whole), denominator);
}

export function gcd(a: bigint, b: bigint): bigint {
  let x = a;
  let y = b;
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

export function lcm(a: bigint, b: bigint): bigint {
  return (a / gcd(a, b)) * b;
}

function bits(value: bigint): number {
  return value.toString(16).length * 4;
}
