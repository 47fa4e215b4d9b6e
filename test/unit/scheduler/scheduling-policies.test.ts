import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Collective, resultBytes, SYMMETRIC_COLLECTIVES } from '../../../src/collectives/collective.js';
import type { PhaseSpan } from '../../../src/engine/span.js';
import {
  type CollectiveSpec,
  type InterDimensionScheduling,
  type IntraDimensionScheduling,
  simulateCollective,
} from '../../../src/index.js';
import type { OrderedChunk, OrderRequest } from '../../../src/scheduler/dimension-order.js';
import { DIMENSION_ORDERS } from '../../../src/scheduler/dimension-orders.js';
import { StreamQueue } from '../../../src/scheduler/stream-queue.js';
import { placement, type QueuedPhase, WAITING_ORDERS } from '../../../src/scheduler/waiting-order.js';
import { prepare } from '../../../src/simulate.js';

const MIB = 2 ** 20;
const POLICIES = Object.keys(DIMENSION_ORDERS) as InterDimensionScheduling[];
const INTRA = Object.keys(WAITING_ORDERS) as IntraDimensionScheduling[];
/** An all-to-all is never reordered. */
const REORDERED: readonly Collective[] = ['all-reduce', 'reduce-scatter', 'all-gather'];

/** What a policy answers, bytes in MiB, for dimensions as `NPUs@bandwidth`, in brackets where they take no part. */
function chunksOf(
  policy: InterDimensionScheduling,
  collective: Collective,
  dimensions: string,
  bytes: number,
  chunkBytes: number,
): OrderedChunk[] {
  const read = (text: string) => {
    const [npus = '', bandwidth = ''] = text.replaceAll(/[()]/g, '').split('@');
    return { npus: Number(npus), bandwidth: Number(bandwidth), active: !text.startsWith('(') };
  };
  const request: OrderRequest = {
    collective,
    dimensions: dimensions.split(' ').map(read),
    bytes: bytes * MIB,
    chunkBytes: chunkBytes * MIB,
  };
  return [...DIMENSION_ORDERS[policy].order(request)].map((chunk) => ({ ...chunk, bytes: chunk.bytes / MIB }));
}

/** The orders alone, as text: 012 for dimension 0, then 1, then 2. */
const orders = (chunks: readonly OrderedChunk[]) => chunks.map(({ order }) => order.join(''));

const requests: fc.Arbitrary<OrderRequest> = fc
  .record({
    collective: fc.constantFrom(...REORDERED),
    dimensions: fc.array(
      fc.record({
        npus: fc.integer({ min: 1, max: 16 }),
        bandwidth: fc.oneof(fc.constantFrom(1, 25, 50, 100), fc.double({ min: 0.1, max: 1000, noNaN: true })),
        involved: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    chunkBytes: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 2 ** 24 })),
    chunks: fc.integer({ min: 1, max: 40 }),
    partial: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  })
  .map(({ collective, dimensions, chunkBytes, chunks, partial }) => {
    const some = dimensions.map(({ npus, bandwidth, involved }) => ({ npus, bandwidth, active: involved && npus > 1 }));
    // Somebody has to take part, or the collective is refused before a policy is asked.
    if (!some.some(({ active }) => active)) some[0] = { npus: 2, bandwidth: 1, active: true };
    return { collective, dimensions: some, chunkBytes, bytes: chunks * chunkBytes - Math.floor(partial * chunkBytes) };
  });

describe.each(POLICIES)('%s keeps the laws of all policies', (name) => {
  const policy = DIMENSION_ORDERS[name];
  const forRequests = (law: (request: OrderRequest, chunks: readonly OrderedChunk[]) => void) =>
    fc.assert(fc.property(requests, (request) => law(request, [...policy.order(request)])));

  test('it goes by the name that it is listed under', () => {
    expect(policy.name).toBe(name);
  });

  test('every order is a permutation of the dimensions', () =>
    forRequests(({ dimensions }, chunks) => {
      for (const { order } of chunks) expect(order.toSorted((a, b) => a - b)).toEqual([...dimensions.keys()]);
    }));

  test('no byte is lost, and none is added but to fill up the last chunk', () =>
    forRequests(({ bytes, chunkBytes }, chunks) => {
      const sum = chunks.reduce((total, chunk) => total + chunk.bytes, 0);
      expect(sum).toBeGreaterThanOrEqual(bytes);
      expect(sum).toBeLessThan(bytes + chunkBytes);
      for (const chunk of chunks) expect(chunk.bytes).toBeGreaterThan(0);
    }));

  test('the same question has the same answer, and is left as it was', () =>
    forRequests((request, chunks) => {
      const copy = structuredClone(request);
      const frozen = Object.freeze({ ...request, dimensions: Object.freeze(request.dimensions.map(Object.freeze)) });
      expect([...policy.order(frozen as OrderRequest)]).toEqual(chunks);
      expect(request).toEqual(copy);
    }));

  test('an answer does not depend on the unit of bandwidth', () =>
    // Only ratios count; a power of two changes no bit of them.
    forRequests((request, chunks) => {
      const dimensions = request.dimensions.map((one) => ({ ...one, bandwidth: one.bandwidth * 1024 }));
      expect([...policy.order({ ...request, dimensions })]).toEqual(chunks);
    }));
});

/** Small collectives under any policies, simulated with every span. */
const specs: fc.Arbitrary<CollectiveSpec> = fc.record({
  collective: fc.constantFrom(...SYMMETRIC_COLLECTIVES),
  topology: fc.array(
    fc.record({
      kind: fc.constantFrom('ring' as const, 'switch' as const, 'fully-connected' as const),
      npus: fc.constantFrom(2, 4),
      bandwidth: fc.constantFrom(1, 10, 50, 100),
      latency: fc.nat(30),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  algorithms: fc.constantFrom('ring' as const, 'direct' as const, 'direct:2' as const),
  decomposition: fc.constantFrom('baseline' as const, 'local-bw-aware' as const),
  size: fc.integer({ min: 64, max: 5000 }),
  splits: fc.integer({ min: 1, max: 9 }),
  activeChunks: fc.integer({ min: 1, max: 4 }),
  queuesPerDimension: fc.integer({ min: 1, max: 3 }),
  endpointDelay: fc.nat(12),
  interDimensionScheduling: fc.constantFrom(...POLICIES),
  intraDimensionScheduling: fc.constantFrom(...INTRA),
  timeline: fc.constant(true),
});

describe('in a simulation', () => {
  test('no chunk is lost: each passes all of its phases, one after the other', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const { job } = prepare(spec);
        const { timeline = [], chunks } = simulateCollective(spec);
        expect(chunks).toBe(job.chunks.length);
        const byChunk = new Map<number, PhaseSpan[]>();
        for (const span of timeline.filter(({ npu }) => npu === 0)) {
          byChunk.set(span.chunk, [...(byChunk.get(span.chunk) ?? []), span]);
        }
        for (const [chunk, phases] of job.chunks.entries()) {
          const spans = (byChunk.get(chunk) ?? []).toSorted((a, b) => a.phase - b.phase);
          expect(spans.map(({ collective, dimension }) => [collective, dimension])).toEqual(
            phases.map(({ collective, dimension }) => [collective, dimension.index]),
          );
          for (const [i, { startNs }] of spans.entries()) {
            if (i > 0) expect(startNs).toBeGreaterThanOrEqual((spans[i - 1] as PhaseSpan).endNs);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test('a chunk enters each phase with what the one before left it', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        for (const phases of new Set(prepare(spec).job.chunks)) {
          for (const [i, phase] of phases.entries()) {
            expect(phase.resultBytes).toBe(resultBytes(phase.collective, phase.dimension.ranks, phase.bytes));
            if (i > 0) expect(phase.bytes).toBe(phases[i - 1]?.resultBytes);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test('the order of dimensions moves load between them and changes nothing of its sum', () => {
    // Sizes that divide: a reduce-scatter of b bytes over N ranks sends b (1 - 1/N) in whatever order.
    const topology = [
      { kind: 'switch', npus: 4, bandwidth: 100, latency: 10 },
      { kind: 'ring', npus: 2, bandwidth: 25, latency: 10 },
      { kind: 'fully-connected', npus: 8, bandwidth: 50, latency: 10 },
    ] as const;
    const sums = POLICIES.filter((name) => name !== 'themis-flex').map((interDimensionScheduling) => {
      const { dimensions } = simulateCollective({
        collective: 'all-reduce',
        topology,
        size: 16 * 64 * 64,
        splits: 16,
        interDimensionScheduling,
      });
      return dimensions.reduce((sum, { bytesSentPerNpu }) => sum + bytesSentPerNpu, 0);
    });
    expect(new Set(sums)).toEqual(new Set([2 * 16 * 64 * 63]));
  });

  test('both engines agree', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const { timeNs, dimensions } = simulateCollective(spec);
        const message = simulateCollective({ ...spec, engine: 'message' });
        expect([message.timeNs, message.dimensions]).toEqual([timeNs, dimensions]);
      }),
      { numRuns: 200 },
    );
  });

  test('an all-to-all takes the dimensions as they are numbered, but for round-robin', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        fc.pre(spec.interDimensionScheduling !== 'round-robin');
        const exchange = { ...spec, collective: 'all-to-all' } as const;
        const { timeline } = simulateCollective(exchange);
        expect(simulateCollective({ ...exchange, interDimensionScheduling: 'ascending' }).timeline).toEqual(timeline);
      }),
      { numRuns: 50 },
    );
  });
});

describe('ascending and round-robin', () => {
  const three = '2@1 2@1 2@1';

  test('ascending: as numbered, an all-gather the other way', () => {
    expect(orders(chunksOf('ascending', 'all-reduce', three, 2, 1))).toEqual(['012', '012']);
    expect(orders(chunksOf('ascending', 'all-gather', three, 2, 1))).toEqual(['210', '210']);
  });

  test('round-robin: begun one dimension later for each chunk', () => {
    expect(orders(chunksOf('round-robin', 'reduce-scatter', three, 4, 1))).toEqual(['012', '120', '201', '012']);
    expect(orders(chunksOf('round-robin', 'all-gather', three, 4, 1))).toEqual(['210', '102', '021', '210']);
  });

  test('both round a last partial chunk up', () => {
    for (const policy of ['ascending', 'round-robin'] as const) {
      expect(chunksOf(policy, 'all-reduce', three, 2.5, 1).map(({ bytes }) => bytes)).toEqual([1, 1, 1]);
    }
  });
});

/** Two dimensions alike. */
const EVEN = '2@1 2@1';

// Loads below are in MiB at the bandwidth of dimension 0. Of c MiB, a reduce-scatter over n
// sends c (n-1)/n and goes on with c/n; an all-gather sends c (n-1) and goes on with c n.
describe('themis, worked by hand (docs/model.md, section 12)', () => {
  test('two alike dimensions take turns', () => {
    const chunks = chunksOf('themis', 'reduce-scatter', EVEN, 4, 1);
    // 0: loads 0, 0: no gap, natural: +1/2, +1/4.
    // 1: 1/2, 1/4: a gap of (1/2 - 1/4) / (1/2) = 1/2 MiB, over 1/16: first where least was sent: 3/4, 3/4.
    // 2, 3: no gap again, and so on.
    expect(orders(chunks)).toEqual(['01', '10', '01', '10']);
    // An all-reduce is planned as its reduce-scatter half.
    expect(chunksOf('themis', 'all-reduce', EVEN, 4, 1)).toEqual(chunks);
  });

  test('dimensions of equal load keep the order that they had for the chunk before', () => {
    // 0: natural: loads 1/2, 1/4, 1/8.
    // 1: 210 (gap 3/4): 5/8, 1/2, 5/8.
    // 2: 1 is least; 2 and 0 are even and stand as they stood in 210: 120, not 102. Loads 3/4, 1, 7/8.
    // 3: 021: 5/4, 9/8, 9/8.
    // 4: 1 and 2 are even and stood as 2, 1: 210, not 120.
    const chunks = chunksOf('themis', 'reduce-scatter', '2@1 2@1 2@1', 5, 1);
    expect(orders(chunks)).toEqual(['012', '210', '120', '021', '210']);
  });

  test('dimensions that a chunk in natural order leaves even stand in natural order', () => {
    // 4 and 2 NPUs at 2, 8 NPUs at 1: a dimension that comes first sends 3/4, 1/2 or 7/4 of a chunk.
    // 0: natural: 48/64, 8/64, 14/64. 1: 120: 51/64, 40/64, 70/64. 2: 102: 75/64, 72/64, 84/64.
    // 3: 102: 99/64, 104/64, 98/64. 4: the order would be 201, but (104 - 98)/64 / (7/4) = 0.054 MiB is
    // less than 1/16: natural: 147/64, 112/64, 112/64.
    // 5: 1 and 2 are even: 120, as they are numbered, and not 210, as they stood before.
    const crossed = orders(chunksOf('themis', 'reduce-scatter', '4@2 2@2 8@1', 6, 1));
    expect(crossed).toEqual(['012', '120', '102', '102', '012', '120']);
  });

  test('the load counts bandwidth: a dimension that stays behind gets every chunk first', () => {
    // 0: natural: 1/2, (1/4) / 2 = 1/8 in a dimension twice as fast. 1: 10: 3/4, 3/8. 2: 10: 1, 5/8.
    expect(orders(chunksOf('themis', 'reduce-scatter', '2@50 2@100', 4, 1))).toEqual(['01', '10', '10', '10']);
  });

  test('the least gap that counts is a sixteenth of a chunk in whole bytes', () => {
    // 31 bytes: 15.5 in dimension 0; then floor(31/2) = 15: 7.5 at 0.5226 of the bandwidth. The gap is
    // (15.5 - 7.5 / 0.5226) * 0.5226 * 2 = 1.2: 1 byte. floor(31/16) = 1, so it counts; 31/16 = 1.94 would not.
    const dimensions = '2@1000 2@522.6';
    expect(orders(chunksOf('themis', 'reduce-scatter', dimensions, 62 / MIB, 31 / MIB))).toEqual(['01', '10']);
    // Of 32 bytes: (16 - 8 / 0.53) * 0.53 * 2 = 0.96, 0 bytes: less than 2.
    const even = '2@1000 2@530';
    expect(orders(chunksOf('themis', 'reduce-scatter', even, 64 / MIB, 32 / MIB))).toEqual(['01', '01']);
  });

  test('an all-gather ends where least was sent, and charges its natural order to the mirrored dimensions', () => {
    // 8 NPUs at 1, 2 NPUs at 2. 0: no gap, natural 01. Dimension 0 would send 7, then 1 of 8 MiB at 2: 4;
    // charged the wrong way round: 4, 7.
    // 1: the most loaded first: 10. Gap (7 - 4) / 7 MiB, through 2 NPUs half of it: 3/14, over 1/16.
    //    1/2 in dimension 1, then 7 * 2 in dimension 0: 18, 7.5.
    // 2: 01: 7, and 8/2: 25, 11.5. 3: 01 again.
    expect(orders(chunksOf('themis', 'all-gather', '8@1 2@2', 4, 1))).toEqual(['01', '10', '01', '01']);
  });

  test('a last partial chunk stays partial', () => {
    const chunks = chunksOf('themis', 'reduce-scatter', EVEN, 2.25, 1);
    expect(chunks.map(({ bytes }) => bytes)).toEqual([1, 1, 0.25]);
  });

  test('dimensions that take no part stand in the order and carry no load', () => {
    const chunks = chunksOf('themis', 'reduce-scatter', '(4@1) 2@1 2@1', 4, 1);
    expect(orders(chunks).map((order) => order.replace('0', ''))).toEqual(['12', '21', '12', '21']);
  });

  test('an all-reduce goes all the way up and all the way down', () => {
    const { job } = prepare({
      collective: 'all-reduce',
      topology: 'ring(2, 1, 0) x ring(2, 1, 0)',
      size: 2 * MIB,
      splits: 2,
      interDimensionScheduling: 'themis',
    });
    expect(
      job.chunks.map((phases) => phases.map(({ collective, dimension: d }) => `${collective} ${d.index}`)),
    ).toEqual([
      ['reduce-scatter 0', 'reduce-scatter 1', 'all-gather 1', 'all-gather 0'],
      ['reduce-scatter 1', 'reduce-scatter 0', 'all-gather 0', 'all-gather 1'],
    ]);
  });
});

describe('themis-flex, worked by hand', () => {
  test('a chunk is as large as the gap that it fills', () => {
    // Dimension 1 four times as fast. 0: natural: 1/4, (1/8) / 4 = 1/32.
    // 1: gap 7/32 * 4 * 2 = 7/4 MiB, in the order 10: 1/32 + (7/8) / 4 = 1/4, and 1/4 + 7/16 = 11/16.
    // 2: gap 7/16 * 4 * 2 = 7/2 MiB, of which 4 - 1/2 - 7/4 = 7/4 are left.
    const chunks = chunksOf('themis-flex', 'reduce-scatter', '2@1 2@4', 4, 0.5);
    expect(chunks).toEqual([
      { bytes: 0.5, order: [0, 1] },
      { bytes: 1.75, order: [1, 0] },
      { bytes: 1.75, order: [1, 0] },
    ]);
  });

  test('a gap smaller than a chunk waits', () => {
    // 0: 1/4, 1/8. 1: gap 1/4 MiB: natural once more: 1/2, 1/4. 2: gap 1/2: 10: 5/8, 1/2. 3: gap 1/4: natural.
    const chunks = chunksOf('themis-flex', 'reduce-scatter', EVEN, 2, 0.5);
    expect(orders(chunks)).toEqual(['01', '01', '10', '01']);
    expect(chunks.map(({ bytes }) => bytes)).toEqual([0.5, 0.5, 0.5, 0.5]);
  });
});

describe('the order within a queue (docs/model.md, section 12)', () => {
  const phase = (remaining: number, bytes: number, collective: Collective = 'reduce-scatter'): QueuedPhase => ({
    collective,
    bytes,
    resultBytes: resultBytes(collective, 2, bytes),
    remaining,
  });

  /** In which order phases that all wait are started. */
  function started(policy: IntraDimensionScheduling, phases: readonly QueuedPhase[]): number[] {
    const queue = new StreamQueue(phases.length);
    const place = placement(
      WAITING_ORDERS[policy],
      (stream) => phases[stream] as QueuedPhase,
      () => false,
    );
    for (const stream of phases.keys()) place(queue, stream);
    return phases.map(() => queue.start() as number);
  }

  test('fifo: as they came', () => {
    expect(started('fifo', [phase(0, 3), phase(3, 1), phase(2, 2)])).toEqual([0, 1, 2]);
  });

  test('smallest-first: before the first that is as large or larger, by what goes in or comes out', () => {
    expect(started('smallest-first', [phase(2, 4), phase(2, 8), phase(2, 2), phase(2, 4)])).toEqual([2, 3, 0, 1]);
    // An all-gather of 3 bytes leaves 6: larger than a reduce-scatter of 5.
    expect(started('smallest-first', [phase(2, 3, 'all-gather'), phase(2, 5)])).toEqual([1, 0]);
  });

  test('smallest-first: with one phase to go afterwards, to the end', () => {
    expect(started('smallest-first', [phase(2, 4), phase(1, 1), phase(0, 2)])).toEqual([2, 0, 1]);
  });

  test('fewest-remaining-phases-first: before the first with as many to go or more', () => {
    const phases = [phase(2, 1), phase(0, 9), phase(3, 1), phase(2, 5)];
    expect(started('fewest-remaining-phases-first', phases)).toEqual([1, 3, 0, 2]);
  });

  test.each(INTRA)('%s: all-reduce and all-to-all phases wait their turn', (policy) => {
    for (const collective of ['all-reduce', 'all-to-all'] as const) {
      expect(started(policy, [phase(3, 9), phase(0, 1, collective)])).toEqual([0, 1]);
    }
  });

  test.each(INTRA)('%s: nobody is lost', (policy) => {
    const phases = fc.record({
      remaining: fc.nat(5),
      bytes: fc.nat(100),
      collective: fc.constantFrom(...SYMMETRIC_COLLECTIVES),
    });
    fc.assert(
      fc.property(fc.array(phases, { maxLength: 20 }), (drawn) => {
        const waiting = drawn.map(({ remaining, bytes, collective }) => phase(remaining, bytes, collective));
        expect(started(policy, waiting).toSorted((a, b) => a - b)).toEqual([...waiting.keys()]);
      }),
    );
  });
});
