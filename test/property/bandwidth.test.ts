import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocateBandwidth, communicationTime } from '../../src/cluster/bandwidth/allocate.js';
import type { BandwidthOptions } from '../../src/cluster/bandwidth/options.js';

const DIMENSIONS = 4;

const mix = fc.array(
  fc.record({
    bytesPerDimension: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1e9 })), {
      minLength: DIMENSIONS,
      maxLength: DIMENSIONS,
    }),
    count: fc.integer({ min: 1, max: 50 }),
  }),
  { minLength: 1, maxLength: 6 },
);

const dimension = fc
  .record({
    price: fc.integer({ min: 1, max: 1000 }),
    atLeast: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20 })),
    room: fc.option(fc.integer({ min: 0, max: 100 })),
  })
  .map(({ price, atLeast, room }) => ({
    npus: 8,
    price,
    atLeast,
    ...(room === null || atLeast + room === 0 ? {} : { atMost: atLeast + room }),
  }));

const options: fc.Arbitrary<BandwidthOptions> = fc.record({
  collectives: mix,
  dimensions: fc.array(dimension, { minLength: DIMENSIONS, maxLength: DIMENSIONS }),
  total: fc.integer({ min: 81, max: 500 }),
  objective: fc.constantFrom('time', 'time-x-price'),
});

const free = fc.record({
  collectives: mix,
  dimensions: fc.constant(Array.from({ length: DIMENSIONS }, () => ({ npus: 8 }))),
  total: fc.integer({ min: 1, max: 500 }),
});

const below = (limit: number) => limit * (1 + 1e-9);

describe('laws of bandwidth allocation', () => {
  test('the answer keeps all limits and is certified', () => {
    fc.assert(
      fc.property(options, (asked) => {
        const { bytesPerNs, totalBytesPerNs, kktResidual, unusedDimensions } = allocateBandwidth(asked);
        expect(kktResidual).toBeLessThan(1e-8);
        expect(totalBytesPerNs).toBeLessThanOrEqual(below(Number(asked.total)));
        bytesPerNs.forEach((bandwidth, d) => {
          const { atLeast = 0, atMost = Number.POSITIVE_INFINITY } = asked.dimensions[d] ?? {};
          expect(bandwidth * (1 + 1e-9)).toBeGreaterThanOrEqual(Number(atLeast));
          expect(bandwidth).toBeLessThanOrEqual(below(Number(atMost)));
          if (unusedDimensions.includes(d)) expect(bandwidth).toBe(Number(atLeast));
        });
      }),
      { numRuns: 300 },
    );
  });

  test('no other allocation within the limits is better', () => {
    const parts = fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), {
      minLength: DIMENSIONS,
      maxLength: DIMENSIONS,
    });
    fc.assert(
      fc.property(options, parts, fc.double({ min: 0.001, max: 1, noNaN: true }), (asked, wanted, near) => {
        const best = allocateBandwidth(asked);
        // Some point within the limits, and one on the way there from the answer: limits are convex.
        const least = asked.dimensions.map(({ atLeast }) => Number(atLeast));
        const left = least.reduce((rest, bandwidth) => rest - bandwidth, Number(asked.total));
        const sum = wanted.reduce((total, part) => total + part, 0);
        const other = best.bytesPerNs.map((bandwidth, d) => {
          const most = Number(asked.dimensions[d]?.atMost ?? Number.POSITIVE_INFINITY);
          const point = Math.min((least[d] as number) + (left * (wanted[d] as number)) / sum, most);
          return bandwidth + near * (point - bandwidth);
        });
        const price = other.reduce((dollars, b, d) => dollars + b * (asked.dimensions[d]?.price ?? 0), 0);
        const worth = (timeNs: number, cost: number) => (asked.objective === 'time' ? timeNs : timeNs * cost);
        const score = worth(communicationTime(asked, other), price);
        expect(worth(best.timeNs, best.price ?? 0)).toBeLessThanOrEqual(below(score));
      }),
      { numRuns: 300 },
    );
  });

  test('more bandwidth is never slower', () => {
    fc.assert(
      fc.property(options, fc.integer({ min: 0, max: 100 }), (asked, more) => {
        const time = { ...asked, objective: 'time' as const };
        const richer = { ...time, total: Number(asked.total) + more };
        expect(allocateBandwidth(richer).timeNs).toBeLessThanOrEqual(below(allocateBandwidth(time).timeNs));
      }),
    );
  });

  test('twice the bytes take twice as long, twice the bandwidth half as long, with the same split', () => {
    fc.assert(
      fc.property(free, (asked) => {
        const once = allocateBandwidth(asked);
        const heavy = allocateBandwidth({
          ...asked,
          collectives: asked.collectives.map(({ bytesPerDimension, count }) => ({
            bytesPerDimension: bytesPerDimension.map((bytes) => 2 * bytes),
            count,
          })),
        });
        const fast = allocateBandwidth({ ...asked, total: 2 * asked.total });
        expect(heavy.timeNs).toBeCloseTo(2 * once.timeNs, -Math.log10(once.timeNs * 1e-9 + 1e-300));
        expect(fast.timeNs).toBeCloseTo(once.timeNs / 2, -Math.log10(once.timeNs * 1e-9 + 1e-300));
      }),
    );
  });

  test('dimensions in another order get the same bandwidths in that order', () => {
    const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: DIMENSIONS });
    fc.assert(
      fc.property(free, order, (asked, places) => {
        const once = allocateBandwidth(asked);
        const moved = allocateBandwidth({
          ...asked,
          collectives: asked.collectives.map(({ bytesPerDimension, count }) => ({
            bytesPerDimension: places.map((d) => bytesPerDimension[d] as number),
            count,
          })),
        });
        expect(moved.timeNs / (once.timeNs || 1)).toBeCloseTo(once.timeNs === 0 ? 0 : 1, 9);
        moved.bytesPerNs.forEach((bandwidth, d) => {
          expect(Math.abs(bandwidth - (once.bytesPerNs[places[d] as number] as number))).toBeLessThan(
            1e-5 * asked.total,
          );
        });
      }),
    );
  });
});
