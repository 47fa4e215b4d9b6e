import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dimension } from '../../../src/topology/dimension.js';
import { Communication } from '../../../src/training/communication.js';
import { readModel } from '../../../src/training/model.js';
import { readPlan } from '../../../src/training/plan.js';
import type { GroupCollective } from '../../../src/training/traffic.js';
import { simulateWorkload } from '../../../src/workload/simulate-workload.js';

const experts = { count: 64, perToken: 2, feedForward: 64 };
const model = readModel({
  ...{ style: 'llama', layers: 1, hidden: 64, heads: 64, feedForward: 64, vocabulary: 64, sequence: 64 },
  experts,
});
const endpoints = { endpointDelay: 0, memoryBandwidth: 1e12, splits: 1 };
const among = (dimensions: readonly Dimension[], ranks: number) =>
  new Communication(dimensions, readPlan({ globalBatch: ranks, data: ranks, expert: ranks }, model), endpoints);
const dimension = (kind: Dimension['kind'], npus: number, bandwidth = 10, latency = 500): Dimension => {
  return { kind, npus, bandwidth, latency };
};
const S = 8_000_000;

describe('tokens to experts: every rank sends a block to each other, S / n bytes', () => {
  const allToAll = (dimensions: readonly Dimension[], ranks: number) =>
    among(dimensions, ranks).collectiveNs({ group: 'expert', collective: 'all-to-all', bytes: S });
  test.each([2, 4, 8, 64])('%i behind a switch: n - 1 of them through one port, the last two hops later', (n) => {
    expect(allToAll([dimension('switch', n)], n)).toBeCloseTo(((n - 1) * S) / n / 10 + 2 * 500, -1);
  });
  test('all linked with all: each has a link', () => {
    expect(allToAll([dimension('fully-connected', 8)], 8)).toBe(S / 8 / 10 + 500);
  });
  test('a box, then the network: all that a rank has goes through both', () => {
    const ns = allToAll([dimension('switch', 4, 100), dimension('switch', 4, 10)], 16);
    expect(ns).toBeCloseTo((3 * S) / 4 / 100 + (3 * S) / 4 / 10 + 4 * 500, -1);
  });
});

test('an all-reduce where all are linked with all uses all links: two blocks of S / n on each', () => {
  const communication = among([dimension('fully-connected', 8)], 8);
  // An eighth to each other, their sums back; adding takes no time here.
  expect(communication.collectiveNs({ group: 'expert', collective: 'all-reduce', bytes: S })).toBeCloseTo(
    (2 * S) / 8 / 10 + 2 * 500,
    -1,
  );
});

test('nothing is faster than the wires out of a rank', () => {
  const kinds = fc.constantFrom<Dimension['kind']>('switch', 'ring', 'fully-connected');
  const dimensions = fc.array(
    fc.record({ kind: kinds, npus: fc.constantFrom(2, 4), bandwidth: fc.constantFrom(1, 7, 50), latency: fc.nat(9) }),
    { minLength: 1, maxLength: 2 },
  );
  const collectives = fc.constantFrom<GroupCollective['collective']>(
    ...(['all-reduce', 'reduce-scatter', 'all-gather', 'all-to-all'] as const),
  );
  fc.assert(
    fc.property(dimensions, collectives, fc.integer({ min: 1, max: 1e6 }), (list, collective, bytes) => {
      const ranks = list.reduce((product, { npus }) => product * npus, 1);
      const ns = among(list, ranks).collectiveNs({ group: 'expert', collective, bytes });
      // What a rank has to send at least, over all of its links at once.
      const wires = list.reduce((sum, { kind, npus, bandwidth }) => {
        const links = { switch: 1, ring: 2, 'fully-connected': npus - 1, circuits: 1 }[kind];
        return sum + links * bandwidth;
      }, 0);
      const share =
        { 'all-reduce': 2 * (1 - 1 / ranks), 'all-gather': ranks - 1 }[collective as string] ?? 1 - 1 / ranks;
      // Blocks are whole bytes, and times whole ns for every message.
      expect(ns + 8 * ranks).toBeGreaterThanOrEqual((share * bytes - 8 * ranks) / wires);
    }),
    { numRuns: 200 },
  );
});

test('groups that fill part of a ring take as long as these ranks do in a workload on all of it', () => {
  const ring = fc.record({
    npus: fc.constantFrom(8, 12, 16),
    share: fc.constantFrom(1, 2),
    bandwidth: fc.constantFrom(7, 50),
    latency: fc.nat(900),
  });
  const collectives = fc.constantFrom<GroupCollective['collective']>('all-reduce', 'reduce-scatter', 'all-gather');
  // Divisible by chunks and ranks: of less, a workload of all NPUs rounds otherwise.
  const sizes = fc.integer({ min: 1, max: 200 }).map((count) => 4800 * count);
  fc.assert(
    fc.property(ring, collectives, sizes, fc.integer({ min: 1, max: 3 }), (one, kind, bytes, splits) => {
      const { npus, share, bandwidth, latency } = one;
      const dimension: Dimension = { kind: 'ring', npus, bandwidth, latency };
      const tensor = npus / 2 / share;
      const small = readModel({
        ...{ style: 'llama', layers: 1, hidden: 48, heads: 48, feedForward: 48, vocabulary: 48, sequence: 48 },
      });
      const plan = readPlan({ globalBatch: 2 * share, tensor, data: 2 * share }, small);
      const ends = { endpointDelay: 10, memoryBandwidth: 1000, splits };
      const ns = new Communication([dimension], plan, ends).collectiveNs({
        group: 'tensor',
        collective: kind,
        bytes,
      });
      const node = {
        id: 0,
        name: '',
        dependsOn: [],
        ns: 1,
        kind: 'collective',
        collective: kind,
        bytes,
        group: 'first',
      } as const;
      const { timeNs } = simulateWorkload({
        topology: [dimension],
        ...{ endpointDelay: 10, localMemoryBandwidth: 1000, splits, algorithms: 'ring' },
        groups: { first: Array.from({ length: tensor }, (_, npu) => npu) },
        graphs: Array.from({ length: npus }, (_, npu) => ({ nodes: npu < tensor ? [node] : [] })),
      });
      expect(ns).toBe(timeNs);
    }),
  );
});
