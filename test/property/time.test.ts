import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CollectiveSpec, type DimensionSpec, simulateCollective } from '../../src/index.js';
import { oneDimensionalSpecs, specs } from '../support/arbitraries.js';
import { isSound, windowOf } from '../support/laws.js';
import { phasesOf } from '../support/phases-of.js';

const timeOf = (spec: CollectiveSpec) => simulateCollective(spec).timeNs;

describe('every valid spec', () => {
  test('has a sound answer', () => {
    fc.assert(
      fc.property(specs(), (spec) => isSound(simulateCollective(spec))),
      { numRuns: 200 },
    );
  });

  test('takes at least what one chunk takes alone, and what the work of each dimension takes', () => {
    fc.assert(
      fc.property(specs(), (spec) => {
        const result = simulateCollective(spec);
        const { timeNs, chunks, engine } = result;
        const phases = phasesOf(result);
        // Played message by message, a phase need not last the same every time.
        fc.pre(engine.name === 'phase');
        const alone = phases.reduce((sum, { durationNs }) => sum + durationNs, 0);
        expect(timeNs).toBeGreaterThanOrEqual(alone);
        if (chunks === 1) expect(timeNs).toBe(alone);
        // At most chunks one by one; at least the work of a dimension, its queues filled all the time.
        expect(timeNs).toBeLessThanOrEqual(chunks * alone);
        const places = windowOf(spec) * (spec.queuesPerDimension ?? 1);
        for (const { dimension } of phases) {
          const own = phases.filter((phase) => phase.dimension === dimension);
          const work = chunks * own.reduce((sum, { durationNs }) => sum + durationNs, 0);
          expect(timeNs * places).toBeGreaterThanOrEqual(work);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('in one dimension with one queue: as many rounds as the window needs', () => {
    fc.assert(
      fc.property(specs({ dimensions: 1 }), (drawn) => {
        const spec = { ...drawn, queuesPerDimension: 1 };
        const result = simulateCollective(spec);
        const { timeNs, chunks, engine } = result;
        const phases = phasesOf(result);
        fc.pre(engine.name === 'phase');
        expect(timeNs).toBe(Math.ceil(chunks / windowOf(spec)) * (phases[0]?.durationNs as number));
      }),
    );
  });
});

// Truncation and division are monotone in double arithmetic, so a chain of steps cannot get
// shorter. Nothing of the kind holds for several dimensions, nor behind direct's barrier: see below.
describe('never faster in one dimension', () => {
  const slower: Readonly<Record<string, (spec: CollectiveSpec, by: number) => CollectiveSpec>> = {
    'with more latency': (spec, by) => withDimension(spec, ({ latency }) => ({ latency: latency + by })),
    'with less bandwidth': (spec, by) => withDimension(spec, ({ bandwidth }) => ({ bandwidth: bandwidth / (1 + by) })),
    'with slower end points': (spec, by) => ({
      ...spec,
      endpointDelay: (spec.endpointDelay as number) + Math.ceil(by),
    }),
    'with slower memory': (spec, by) => ({
      ...spec,
      localMemoryBandwidth: (spec.localMemoryBandwidth as number) / (1 + by),
    }),
    'with larger chunks': (spec, by) => ({
      ...spec,
      size: (spec.size as number) + Math.ceil(by) * (spec.splits as number),
    }),
    'with more chunks': (spec, by) => {
      const splits = (spec.splits as number) + Math.ceil(by);
      return { ...spec, splits, size: ((spec.size as number) / (spec.splits as number)) * splits };
    },
    'with fewer chunks at once': (spec) => ({ ...spec, activeChunks: Math.max(1, (spec.activeChunks as number) - 1) }),
  };
  const amounts = fc.oneof(fc.integer({ min: 1, max: 50 }), fc.double({ min: 0, max: 5, noNaN: true }));

  test.each(Object.keys(slower))('%s', (name) => {
    const change = slower[name] as (typeof slower)[string];
    const check = (drawn: CollectiveSpec, by: number) => {
      const spec = evenlyCut(drawn);
      expect(timeOf(change(spec, by))).toBeGreaterThanOrEqual(timeOf(spec));
    };
    fc.assert(fc.property(oneDimensionalSpecs(), amounts, check), { numRuns: 60 });
    // Wider windows too, as long as nothing has to wait at the barrier of an all-reduce.
    const unhindered = specs({
      dimensions: 1,
      algorithms: ['direct', 'windowed-direct'],
      flat: false,
      collectives: ['reduce-scatter', 'all-gather', 'all-to-all'],
    });
    fc.assert(fc.property(unhindered, amounts, check), { numRuns: 60 });
  });

  function withDimension(
    spec: CollectiveSpec,
    change: (dimension: { latency: number; bandwidth: number }) => Partial<DimensionSpec>,
  ): CollectiveSpec {
    const [dimension] = spec.topology as readonly [DimensionSpec & { latency: number; bandwidth: number }];
    return { ...spec, topology: [{ ...dimension, ...change(dimension) }] };
  }

  /** Fills in what the changes above count from, and makes the size a whole number of chunks. */
  function evenlyCut(spec: CollectiveSpec): CollectiveSpec {
    const [{ npus }] = spec.topology as readonly [DimensionSpec];
    const defaults = { splits: 4, endpointDelay: 10, localMemoryBandwidth: 1600, activeChunks: 1 };
    const { splits } = { ...defaults, ...spec };
    return { ...defaults, ...spec, size: Math.max(npus, Math.ceil((spec.size as number) / splits)) * splits };
  }
});

describe('where more can be faster', () => {
  test('one byte more can save chunks: 7 bytes in 4 splits are 7 chunks of 1, 8 are 4 of 2', () => {
    const topology = [{ kind: 'switch', npus: 2, bandwidth: 1, latency: 10 }] as const;
    const small = simulateCollective({ collective: 'all-gather', topology, size: 7 });
    const large = simulateCollective({ collective: 'all-gather', topology, size: 8 });
    // e + (2 * latency + bytes) + e: 10 + 21 + 10 and 10 + 22 + 10.
    expect([small.chunks, small.timeNs]).toEqual([7, 7 * 41]);
    expect([large.chunks, large.timeNs]).toEqual([4, 4 * 42]);
  });

  test('in several dimensions a slower one can reorder chunks for the better', () => {
    // A scheduling anomaly: chunks come back to the queues they have passed, and who comes
    // first is served first. The middle phase takes 94 ns instead of 66, the whole 9 ns less.
    const timed = (latency: number) =>
      simulateCollective({
        collective: 'all-reduce',
        topology: [
          { kind: 'ring', npus: 2, bandwidth: 1, latency: 35 },
          { kind: 'ring', npus: 2, bandwidth: 4, latency: 37 },
          { kind: 'switch', npus: 2, bandwidth: 3, latency },
        ],
        size: 576,
        splits: 3,
        activeChunks: 2,
        endpointDelay: 2,
        localMemoryBandwidth: 1e6,
      });
    expect(phasesOf(timed(11)).map(({ durationNs }) => durationNs)).toEqual([135, 53, 66, 53, 135]);
    expect(phasesOf(timed(18)).map(({ durationNs }) => durationNs)).toEqual([135, 53, 94, 53, 135]);
    expect(timed(11).timeNs).toBe(614);
    expect(timed(18).timeNs).toBe(605);
  });

  test("behind direct's barrier, when more latency makes a token come after what it waits for", () => {
    const timed = (latency: number) =>
      timeOf({
        collective: 'all-reduce',
        topology: [{ kind: 'ring', npus: 4, bandwidth: 6, latency }],
        algorithms: 'direct:2',
        size: 4,
        splits: 1,
        endpointDelay: 19,
        localMemoryBandwidth: 3,
      });
    // Both times a token becomes free in the tick of the third receipt, which opens the barrier.
    // At 17 ns that is in tick 72, token first (its delay began at 53, the message left at 55):
    // it is held until the next, at 91. At 20 ns in tick 78, receipt first (58 against 59).
    expect(timed(17)).toBe(163);
    expect(timed(20)).toBe(156);
  });
});
