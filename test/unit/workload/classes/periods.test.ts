import { describe, expect, test } from 'vitest';
import { buildMachine } from '../../../../src/plan/machine.js';
import type { CheckedMachine } from '../../../../src/spec/schema.js';
import type { Dimension } from '../../../../src/topology/dimension.js';
import { Charges } from '../../../../src/workload/classes/charges.js';
import { chargesPeriod, lcm, periodOf } from '../../../../src/workload/classes/periods.js';

test('the period of a list divides its length', () => {
  expect(periodOf([7])).toBe(1);
  expect(periodOf([1, 1, 1, 1])).toBe(1);
  expect(periodOf([1, 2, 1, 2, 1, 2])).toBe(2);
  // It repeats after two, but not over and over.
  expect(periodOf([1, 2, 1, 2, 1])).toBe(5);
  expect(periodOf([1, 1, 2, 1])).toBe(4);
});

test('the least common multiple', () => {
  expect(lcm(4, 6)).toBe(12);
  expect(lcm(1, 5)).toBe(5);
});

describe('what messages of a group are charged', () => {
  const ring: Dimension = { kind: 'ring', npus: 8, bandwidth: 1, latency: 10 };
  const far: Dimension = { kind: 'switch', npus: 4, bandwidth: 0.5, latency: 100 };
  const machine = buildMachine({ topology: [ring, far], routing: 'first-dimension' } as unknown as CheckedMachine);
  const charges = new Charges(machine);
  const next = { offsets: new Set([1]), pairs: new Set<number>(), isSpelledOut: false };

  test('repeats after every rank round a whole dimension', () => {
    expect(chargesPeriod([0, 1, 2, 3, 4, 5, 6, 7], next, charges)).toBe(1);
    expect(chargesPeriod([0, 8, 16, 24], next, charges)).toBe(1);
  });

  test('does not where the way back is another', () => {
    // 0 -> 1 -> 2 are one hop each, 2 -> 0 two.
    expect(chargesPeriod([0, 1, 2], next, charges)).toBe(3);
  });

  test('repeats after a pair whose members lie across two dimensions by turns', () => {
    // 0 -> 1 along the ring, 1 -> 9 through the switch, 9 -> 8 along the ring, 8 -> 0 through the switch.
    expect(chargesPeriod([0, 1, 9, 8], next, charges)).toBe(2);
  });

  test('is never shared by ranks with programs of their own', () => {
    expect(chargesPeriod([0, 1, 2, 3, 4, 5, 6, 7], { ...next, isSpelledOut: true }, charges)).toBe(8);
  });

  test('in pairs', () => {
    const pairs = { ...next, offsets: new Set<number>(), pairs: new Set([1, 2]) };
    expect(chargesPeriod([0, 1, 2, 3], pairs, charges)).toBe(1);
    // Ranks 0 and 2 are three hops apart, 1 and 3 one.
    expect(chargesPeriod([0, 1, 3, 2], pairs, charges)).toBe(2);
    // Ranks 0 and 1 are one hop apart, 2 and 3 two.
    expect(chargesPeriod([0, 1, 8, 10], pairs, charges)).toBe(4);
  });

  test('members that lie alike have one layout', () => {
    expect(charges.layoutOf([6, 7, 0])).toBe(charges.layoutOf([13, 14, 15]));
    expect(charges.layoutOf([0, 1])).not.toBe(charges.layoutOf([1, 0]));
    expect(charges.layoutOf([0, 1])).not.toBe(charges.layoutOf([0, 1, 2]));
  });
});
