import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf, npuAt, strides, totalNpus } from '../../../src/topology/address.js';
import { dimensionOf } from '../../support/phases.js';

const network = (...npus: readonly number[]) => npus.map((n) => dimensionOf('ring', n));

describe('addresses', () => {
  test('are the digits of the id, dimension 0 fastest', () => {
    // 4 x 3 x 2: 17 = 1 + 4 * (1 + 3 * 1).
    expect(addressOf(17, network(4, 3, 2))).toEqual([1, 1, 1]);
    expect(addressOf(0, network(4, 3, 2))).toEqual([0, 0, 0]);
    expect(addressOf(4, network(4, 3, 2))).toEqual([0, 1, 0]);
    expect(addressOf(23, network(4, 3, 2))).toEqual([3, 2, 1]);
    expect(npuAt([1, 1, 1], network(4, 3, 2))).toBe(17);
  });

  test('of dimensions of one NPU are 0 there', () => {
    expect(addressOf(5, network(1, 4, 1, 2))).toEqual([0, 1, 0, 1]);
  });

  test('lead back to the id, also beyond 32 bits', () => {
    const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(1000)), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (npus, high, low) => {
        const dimensions = network(...npus);
        const total = totalNpus(dimensions);
        expect(total).toBe(npus.reduce((product, n) => product * n, 1));
        // 2^31 * high stays below 2^53 only while high is below 2^22.
        const id = ((high % 2 ** 22) * 2 ** 31 + low) % total;
        const address = addressOf(id, dimensions);
        expect(address.every((digit, d) => digit >= 0 && digit < (npus[d] as number))).toBe(true);
        expect(npuAt(address, dimensions)).toBe(id);
      }),
    );
  });

  test('neighbours along a dimension are a stride apart', () => {
    const dimensions = network(4, 3, 2);
    expect(strides(dimensions)).toEqual([1, 4, 12]);
    for (const [d, stride] of strides(dimensions).entries()) {
      const unit = dimensions.map((_, i) => (i === d ? 1 : 0));
      expect(npuAt(unit, dimensions)).toBe(stride);
    }
  });
});
