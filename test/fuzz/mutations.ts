import fc from 'fast-check';

/** One damage: where (a share of the length), what, and a number for it. */
interface Damage {
  readonly what: 'flip' | 'cut' | 'repeat' | 'zero' | 'insert' | 'number';
  readonly at: number;
  readonly value: number;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  what: fc.constantFrom('flip', 'cut', 'repeat', 'zero', 'insert', 'number'),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  value: fc.nat(2 ** 31 - 1),
} as const);

/** Copies of some bytes with a few things wrong. */
export function damaged(originals: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.constantFrom(...originals), fc.array(damage, { minLength: 1, maxLength: 4 }))
    .map(([original, damages]) => damages.reduce(apply, original));
}

function apply(bytes: Uint8Array, { what, at, value }: Damage): Uint8Array {
  const place = Math.floor(at * bytes.length);
  const span = 1 + (value % 16);
  const [before, behind] = [bytes.subarray(0, place), bytes.subarray(place)];
  switch (what) {
    case 'flip':
      return Uint8Array.from(bytes, (byte, i) => (i === place ? byte ^ (1 << (value % 8)) : byte));
    case 'zero':
      return Uint8Array.from(bytes, (byte, i) => (i >= place && i < place + span ? 0 : byte));
    case 'cut':
      return Buffer.concat([before, value % 2 === 0 ? new Uint8Array() : bytes.subarray(place + span)]);
    case 'repeat':
      return Buffer.concat([before, bytes.subarray(place, place + span), behind]);
    case 'insert':
      return Buffer.concat([before, Uint8Array.of(value % 256), behind]);
    case 'number':
      // Another number where one stands.
      return Buffer.from(
        Buffer.from(bytes)
          .toString('latin1')
          .replace(/\d+/g, (digits, i) => (i >= place && i < place + 64 ? `${value}` : digits)),
        'latin1',
      );
  }
}
