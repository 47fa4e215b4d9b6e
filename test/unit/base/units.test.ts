import fc from 'fast-check';
import { unit as mathUnit } from 'mathjs';
import { describe, expect, test } from 'vitest';
import { ConfigError, formatBytes, parseQuantity, type QuantityKind } from '../../../src/index.js';

describe('bytes', () => {
  test.each([
    ['1 B', 1],
    ['1 byte', 1],
    ['7 bytes', 7],
    ['8 b', 1],
    ['8 bits', 1],
    ['12 bit', 1.5],
    ['1 kB', 1e3],
    ['1 KB', 1e3],
    ['1 MB', 1e6],
    ['1 GB', 1e9],
    ['1 TB', 1e12],
    ['1 PB', 1e15],
    ['1 KiB', 2 ** 10],
    ['100 MiB', 104_857_600],
    ['1 GiB', 2 ** 30],
    ['1 TiB', 2 ** 40],
    ['1 PiB', 2 ** 50],
    ['8 Mbit', 1e6],
    ['8 kbit', 1e3],
    ['8 Kibit', 2 ** 10],
    ['8 Mibit', 2 ** 20],
    ['8 Mb', 1e6],
    ['8 Mib', 2 ** 20],
    ['0.5 KiB', 512],
    ['.5 KiB', 512],
    ['1.5e3 KiB', 1_536_000],
    ['1e-3 kB', 1],
    ['  4  MiB  ', 4 * 2 ** 20],
    ['4MiB', 4 * 2 ** 20],
    ['1024', 1024],
    ['+2 B', 2],
  ])('%s', (text, bytes) => expect(parseQuantity('bytes', text)).toBe(bytes));
});

describe('time', () => {
  test.each([
    ['500 ns', 500],
    ['2 us', 2000],
    ['2 µs', 2000], // MICRO SIGN
    ['2 μs', 2000], // GREEK SMALL LETTER MU
    ['3 ms', 3e6],
    ['1 s', 1e9],
    ['1 min', 6e10],
    ['1 h', 3.6e12],
    ['250 ps', 0.25],
    ['1 fs', 1e-6],
    ['0.5 us', 500],
    ['1 second', 1e9],
    ['25', 25],
  ])('%s', (text, ns) => expect(parseQuantity('time', text)).toBe(ns));
});

describe('bandwidth', () => {
  test.each([
    ['600 GB/s', 600],
    ['1600 GB/s', 1600],
    ['600 GBps', 600],
    ['1 TB/s', 1000],
    ['1 MB/us', 1000],
    ['3 B/ns', 3],
    ['500 MB/s', 0.5],
    ['1 KB/s', 1e-6],
    ['1 B/s', 1e-9],
    ['400 Gbit/s', 50],
    ['400 Gbits/s', 50],
    ['400 Gb/s', 50],
    ['400 Gbps', 50],
    ['8 Mbps', 0.001],
    ['1 Tbps', 125],
    ['25 GB / s', 25],
    ['12.5', 12.5],
  ])('%s', (text, bytesPerNs) => expect(parseQuantity('bandwidth', text)).toBe(bytesPerNs));

  test.each([1, 25, 50, 75, 100, 200, 300, 600, 0.1, 37.5])(
    "%d GiB/s has the bits of the reference's bandwidth * 2^30 / 1e9",
    (x) => {
      const expected = (x * 2 ** 30) / 1e9;
      for (const unit of ['GiB/s', 'GiBps']) expect(parseQuantity('bandwidth', `${x} ${unit}`)).toBe(expected);
    },
  );

  test('GiB/s has those bits for every number', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (x) => {
        expect(parseQuantity('bandwidth', `${x} GiB/s`)).toBe((x * 2 ** 30) / 1e9);
      }),
    );
  });

  test('units that are not a whole number of the base are not rounded to one', () => {
    // 1 MB per minute: 1e6 / 60 bytes per second, in bytes per ns.
    expect(parseQuantity('bandwidth', '1 MB/min')).toBeCloseTo(1e6 / 60 / 1e9, 18);
    expect(parseQuantity('bandwidth', '1 kbit/min')).toBeCloseTo(125 / 60 / 1e9, 20);
  });
});

describe('a bare number', () => {
  test('is in the base unit, as a number or as text', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom('bytes' as const, 'time' as const, 'bandwidth' as const),
        (x, kind) => {
          expect(parseQuantity(kind, x)).toBe(x);
          expect(parseQuantity(kind, `${x}`)).toBe(x === 0 ? 0 : x);
        },
      ),
    );
  });
});

describe('what is not a quantity', () => {
  test.each([
    ['bytes', '5 ns'],
    ['bytes', '5 GB/s'],
    ['time', '5 MB'],
    ['time', '5 m'],
    ['time', '5 Hz'],
    ['bandwidth', '5 GB'],
    ['bandwidth', '5 s'],
    ['bandwidth', '5 s/GB'],
    ['bandwidth', '5 GB s'],
  ] as const)('%s of another kind: %s', (kind, text) => {
    expect(() => parseQuantity(kind, text)).toThrow(`unknown unit "${text.slice(2)}"`);
  });

  // biome-ignore format: one long list
  test.each([
    '', ' ', 'B', 'MiB 4', 'four MiB', '4 MIB', '4 Mi', '4 MiB 3', '4 MiB/', '4 3 MiB', '4 -3 MiB', '2 2.5 GB', '1,000 B', '1_000 B', '0x10 B', '--1 B',
    '1..2 B', '1e B', 'NaN', 'Infinity', '∞ B', '1e999', '1e999 B', '1e308 GB',
  ])('garbage: %j', (text) => {
    expect(() => parseQuantity('bytes', text)).toThrow(ConfigError);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, null, undefined, true, 1n, {}, [], [1], Symbol('s'), () => 1])(
    'neither number nor text: %s',
    (value) => {
      expect(() => parseQuantity('bytes', value as unknown as number)).toThrow(ConfigError);
    },
  );

  test('is told with what would be right', () => {
    expect(() => parseQuantity('bandwidth', '600 GX/s')).toThrow(
      'expected a number (bytes per ns) or a string with a unit such as "600 GB/s", got "600 GX/s" (unknown unit "GX/s")',
    );
    expect(() => parseQuantity('time', Number.NaN)).toThrow(
      'expected a number (ns) or a string with a unit such as "500 ns", got NaN',
    );
  });
});

describe('bytes for people', () => {
  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [104_857_600, '100 MiB'],
    [2 ** 30 + 2 ** 20, '1.001 GiB'],
    [2 ** 60, '1024 PiB'],
  ])('%d is %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

describe('against mathjs, every prefix and spelling', () => {
  const short = ['', ...'kMGTPE', ...[...'KMGTPE'].map((letter) => `${letter}i`)];
  const long = ['', 'kilo', 'mega', 'giga', 'tera', 'peta', 'exa', 'kibi', 'mebi', 'gibi', 'tebi', 'pebi'];
  const data = [
    ...short.flatMap((prefix) => ['b', 'B'].map((unit) => prefix + unit)),
    ...long.flatMap((prefix) => ['bit', 'bits', 'byte', 'bytes'].map((unit) => prefix + unit)),
  ];
  const times = [
    ...['f', 'p', 'n', 'u', 'm', ''].map((prefix) => `${prefix}s`),
    ...['', 'femto', 'pico', 'nano', 'micro', 'milli'].flatMap((prefix) => [`${prefix}second`, `${prefix}seconds`]),
    ...['sec', 'secs', 'min', 'minute', 'minutes', 'h', 'hr', 'hrs', 'hour', 'hours', 'day', 'days', 'week', 'weeks'],
  ];
  /** Only the factor differs between a unit and its base; mathjs loses the last bits of it. */
  const agrees = (kind: QuantityKind, unit: string, base: string, per: number) => {
    const theirs = mathUnit(1, unit).toNumber(base) / per;
    expect(Math.abs(parseQuantity(kind, `1 ${unit}`) / theirs - 1), unit).toBeLessThan(1e-14);
  };

  test('data', () => {
    for (const unit of data) agrees('bytes', unit, 'B', 1);
  });
  test('time', () => {
    for (const unit of times) agrees('time', unit, 'ns', 1);
  });
  test('bandwidth', () => {
    for (const unit of data) for (const time of times) agrees('bandwidth', `${unit}/${time}`, 'B/s', 1e9);
  });

  test('the spellings of the field that mathjs lacks', () => {
    const same = (ours: string, theirs: string) =>
      expect(parseQuantity('bandwidth', `3 ${ours}`), ours).toBe(parseQuantity('bandwidth', `3 ${theirs}`));
    for (const prefix of short) {
      same(`${prefix}bps`, `${prefix}b/s`);
      same(`${prefix}Bps`, `${prefix}B/s`);
      same(`${prefix}bit/s`, `${prefix}b/s`);
      same(`${prefix}bits/s`, `${prefix}b/s`);
    }
    same('KB/s', 'kB/s');
    same('Kbit/s', 'kb/s');
  });

  test('no prefix where there is none: what mathjs refuses is refused', () => {
    for (const unit of ['kiB', 'mB', 'nB', 'Ks', 'kibiB', 'Mbytes', 'nmin', 'uh', 'ss', 'mss', 'hs/s', 'B/B', 's/B']) {
      for (const kind of ['bytes', 'time', 'bandwidth'] as const) {
        expect(() => parseQuantity(kind, `1 ${unit}`), unit).toThrow(ConfigError);
      }
    }
  });
});
