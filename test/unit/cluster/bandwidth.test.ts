import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/base/errors.js';
import { allocateBandwidth, communicationTime } from '../../../src/cluster/bandwidth/allocate.js';
import { timePriceFront } from '../../../src/cluster/bandwidth/front.js';
import type { BandwidthOptions } from '../../../src/cluster/bandwidth/options.js';
import { dimensionPrice } from '../../../src/cluster/bandwidth/price.js';
import { bytesPerDimension } from '../../../src/cluster/bandwidth/traffic.js';

describe('traffic', () => {
  test('all-reduce shrinks on the way up: 2 x 1/2 of 16, then 2 x 3/4 of the 8 left', () => {
    expect(bytesPerDimension('all-reduce', 16, [2, 4])).toEqual([16, 12]);
  });

  test('reduce-scatter is half of it, all-to-all does not shrink, all-gather grows from the last', () => {
    expect(bytesPerDimension('reduce-scatter', 16, [2, 4])).toEqual([8, 6]);
    expect(bytesPerDimension('all-to-all', 16, [2, 4])).toEqual([8, 12]);
    // 3 shares in the last dimension make 4 shares, of which one more set arrives in the first.
    expect(bytesPerDimension('all-gather', 5, [2, 4])).toEqual([20, 15]);
  });

  test('a dimension of one is not crossed', () => {
    expect(bytesPerDimension('all-reduce', 16, [1, 2])).toEqual([0, 16]);
  });
});

describe('prices', () => {
  test('links only, but for switches', () => {
    expect(dimensionPrice({ kind: 'ring', npus: 100, link: 4, nic: 9, switch: 9 })).toBe(400);
    expect(dimensionPrice({ kind: 'switch', npus: 100, link: 4, nic: 9, switch: 9 })).toBe(2200);
  });
});

describe('allocation', () => {
  const two = (options: Partial<BandwidthOptions>) =>
    allocateBandwidth({
      collectives: [{ bytesPerDimension: [300, 100] }],
      dimensions: [{ npus: 4 }, { npus: 4 }],
      total: 100,
      ...options,
    });

  test('one collective: in proportion to bytes', () => {
    const { bytesPerNs, timeNs, method, kktResidual } = two({});
    expect(bytesPerNs[0]).toBeCloseTo(75, 10);
    expect(bytesPerNs[1]).toBeCloseTo(25, 10);
    expect(timeNs).toBeCloseTo(4, 10);
    expect(method).toBe('closed-form');
    expect(kktResidual).toBeLessThan(1e-12);
  });

  test('two collectives that use one dimension each: by the square root of bytes', () => {
    // 100/x + 900/(100 - x) is least where 10/x = 30/(100 - x): x = 25, time 4 + 12.
    const { bytesPerNs, timeNs, method, kktResidual } = two({
      collectives: [{ bytesPerDimension: [100, 0] }, { bytesPerDimension: [0, 300], count: 3 }],
    });
    expect(bytesPerNs[0]).toBeCloseTo(25, 6);
    expect(bytesPerNs[1]).toBeCloseTo(75, 6);
    expect(timeNs).toBeCloseTo(16, 8);
    expect(method).toBe('interior-point');
    expect(kktResidual).toBeLessThan(1e-9);
  });

  test('a ceiling gives what is left to the others, and leaves over what nobody can use', () => {
    // The first dimension may have 30: 300 bytes take 10 ns, so the second needs 100/10.
    const { bytesPerNs, timeNs, totalBytesPerNs } = two({ dimensions: [{ npus: 4, atMost: '30 GB/s' }, { npus: 4 }] });
    expect(timeNs).toBeCloseTo(10, 8);
    expect(bytesPerNs[1]).toBeCloseTo(10, 6);
    expect(totalBytesPerNs).toBeCloseTo(40, 6);
  });

  test('a floor is kept', () => {
    const { bytesPerNs, timeNs } = two({ dimensions: [{ npus: 4 }, { npus: 4, atLeast: 60 }] });
    expect(bytesPerNs[1]).toBeCloseTo(60, 8);
    expect(timeNs).toBeCloseTo(300 / 40, 8);
  });

  test('a budget: 300 bytes at $1 and 100 at $3 cost the same', () => {
    const dimensions = [
      { npus: 4, price: 1 },
      { npus: 4, price: 3 },
    ];
    const { bytesPerNs, price, timeNs } = allocateBandwidth({
      collectives: [{ bytesPerDimension: [300, 100] }],
      dimensions,
      budget: 60,
    });
    // t = (300 + 3 x 100) / 60.
    expect(timeNs).toBeCloseTo(10, 10);
    expect(bytesPerNs[0]).toBeCloseTo(30, 10);
    expect(price).toBeCloseTo(60, 10);
  });

  test('time x price: by the square root of bytes over price', () => {
    // (100/x + 100/y)(x + 4y) is least where x/y = sqrt(4/1) = 2; with x + y = 90, the fastest: 60 and 30.
    const { bytesPerNs, kktResidual } = two({
      collectives: [{ bytesPerDimension: [100, 0] }, { bytesPerDimension: [0, 100] }],
      dimensions: [
        { npus: 4, price: 1 },
        { npus: 4, price: 4 },
      ],
      total: 90,
      objective: 'time-x-price',
    });
    expect(bytesPerNs[0]).toBeCloseTo(60, 5);
    expect(bytesPerNs[1]).toBeCloseTo(30, 5);
    expect(kktResidual).toBeLessThan(1e-9);
  });

  test('a dimension that nobody uses gets nothing, and is named', () => {
    const { bytesPerNs, unusedDimensions } = two({ collectives: [{ bytesPerDimension: [300, 0] }] });
    expect(bytesPerNs).toEqual([100, 0]);
    expect(unusedDimensions).toEqual([1]);
  });

  test('nothing to carry takes no time', () => {
    const answer = two({ collectives: [{ bytesPerDimension: [0, 0] }] });
    expect(answer).toMatchObject({ timeNs: 0, bytesPerNs: [0, 0], unusedDimensions: [0, 1], kktResidual: 0 });
  });

  test('no freedom at all: floors that use up the total', () => {
    const dimensions = [
      { npus: 4, atLeast: 60 },
      { npus: 4, atLeast: 40 },
    ];
    expect(two({ dimensions })).toMatchObject({ bytesPerNs: [60, 40], timeNs: 5 });
  });

  test('the front runs from the least time x price to the fastest, cheaper meaning slower', () => {
    const options: BandwidthOptions = {
      collectives: [{ bytesPerDimension: [100, 0] }, { bytesPerDimension: [0, 100] }],
      dimensions: [
        { npus: 4, price: 1 },
        { npus: 4, price: 4 },
      ],
      total: 90,
    };
    const front = timePriceFront(options, 5);
    expect(front.length).toBe(5);
    // From 60 + 4 x 30 dollars to 45 + 4 x 45.
    expect(front[0]?.price).toBeCloseTo(180, 4);
    expect(front[4]?.price).toBeCloseTo(225, 4);
    for (let i = 1; i < front.length; i++) {
      expect(front[i]?.timeNs).toBeLessThan(front[i - 1]?.timeNs ?? 0);
      expect(front[i]?.price).toBeGreaterThan(front[i - 1]?.price ?? 0);
    }
  });
});

describe('bad input', () => {
  const good: BandwidthOptions = {
    collectives: [{ collective: 'all-reduce', bytes: '1 GB' }],
    dimensions: [{ npus: 4 }, { npus: 8 }],
    total: '500 GB/s',
  };

  test.each<[string, object, string]>([
    ['unknown key', { totl: 1 }, 'totl'],
    [
      'unknown key in a collective',
      { collectives: [{ collective: 'all-reduce', bytes: 1, size: 2 }] },
      'collectives[0].size',
    ],
    ['unit', { total: '5 MB' }, 'total'],
    ['no dimension', { dimensions: [] }, 'dimensions'],
    ['sizes', { collectives: [{ collective: 'all-reduce', bytes: 1, sizes: [4] }] }, 'collectives[0].sizes'],
    [
      'too many members',
      { collectives: [{ collective: 'all-reduce', bytes: 1, sizes: [4, 9] }] },
      'collectives[0].sizes[1]',
    ],
    ['traffic', { collectives: [{ bytesPerDimension: [4] }] }, 'collectives[0].bytesPerDimension'],
    ['negative traffic', { collectives: [{ bytesPerDimension: [4, -1] }] }, 'collectives[0].bytesPerDimension[1]'],
    ['floor above ceiling', { dimensions: [{ npus: 4, atLeast: 9, atMost: 8 }, { npus: 8 }] }, 'dimensions[0].atLeast'],
    ['floors above the total', { dimensions: [{ npus: 4, atLeast: 900 }, { npus: 8 }] }, 'total'],
    ['nothing left', { dimensions: [{ npus: 4, atLeast: 500 }, { npus: 8 }] }, 'dimensions[1]'],
    ['budget without prices', { budget: 5 }, 'dimensions[0].price'],
    ['no limit', { total: undefined }, 'dimensions[0]'],
    ['objective', { objective: 'money' }, 'objective'],
    ['not a number', { total: Number.NaN }, 'total'],
  ])('%s', (_, change, path) => {
    const options = { ...good, ...change } as BandwidthOptions;
    if (options.total === undefined) delete (options as { total?: unknown }).total;
    let paths: string[] = [];
    try {
      allocateBandwidth(options);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      paths = error.issues.map((issue) => issue.path);
    }
    expect(paths).toContain(path);
  });

  test('more kinds of traffic than the search can weigh', () => {
    const collectives = Array.from({ length: 101 }, (_, i) => ({ bytesPerDimension: [1, i + 1] }));
    expect(() => allocateBandwidth({ ...good, collectives })).toThrow(/collectives: expected at most 100/);
    // The same proportions count once.
    const alike = Array.from({ length: 1000 }, (_, i) => ({ bytesPerDimension: [i + 1, 3 * (i + 1)] }));
    expect(allocateBandwidth({ ...good, collectives: alike }).method).toBe('closed-form');
  });

  test('bandwidths to be timed', () => {
    expect(() => communicationTime(good, [1])).toThrow(/bytesPerNs: expected a list of 2/);
    expect(() => communicationTime(good, [1, Number.NaN])).toThrow(/bytesPerNs\[1\]/);
    expect(() => communicationTime(good, [1, 0])).toThrow(ConfigError);
  });
});
