import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { closedFormEvaluator, type PlacementSearch, placeGpus } from '../../src/cluster/index.js';

const HOSTS = 4;

const host = fc.record({
  gpus: fc.constant(8),
  intraBandwidth: fc.integer({ min: 20, max: 400 }),
  nics: fc.integer({ min: 1, max: 8 }),
  nicBandwidth: fc.integer({ min: 5, max: 60 }),
});

const cluster = fc
  .record({
    hosts: fc.array(host, { minLength: HOSTS, maxLength: HOSTS }),
    free: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: HOSTS, maxLength: HOSTS }),
    job: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: HOSTS, maxLength: HOSTS }),
    part: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ part, ...rest }) => ({ ...rest, gpus: Math.round(part * rest.free.reduce((sum, count) => sum + count, 0)) }))
  .filter(({ gpus }) => gpus >= 2);

const SEARCHES: PlacementSearch[] = [
  'compact',
  'best-fit',
  'spread',
  'eliminate',
  'eliminate-and-improve',
  'exhaustive',
];

type Cluster = typeof cluster extends fc.Arbitrary<infer T> ? T : never;

const place = ({ hosts, free, job, gpus }: Cluster, search: PlacementSearch) =>
  placeGpus({ free, gpus, search }, closedFormEvaluator({ hosts, jobs: [job], bytes: 1e6 }));

describe('laws of placement', () => {
  test('every search takes as many GPUs as asked, all of them free, and none beats the exhaustive', () => {
    fc.assert(
      fc.property(cluster, (asked) => {
        const best = place(asked, 'exhaustive').busbwBytesPerNs;
        for (const search of SEARCHES) {
          const { counts, busbwBytesPerNs } = place(asked, search);
          expect(counts.reduce((sum, count) => sum + count, 0)).toBe(asked.gpus);
          counts.forEach((count, h) => {
            expect(count).toBeGreaterThanOrEqual(0);
            expect(count).toBeLessThanOrEqual(asked.free[h] as number);
          });
          expect(busbwBytesPerNs).toBeLessThanOrEqual(best * (1 + 1e-12));
        }
      }),
      { numRuns: 200 },
    );
  });

  test('improvement never loses to its starts', () => {
    fc.assert(
      fc.property(cluster, (asked) => {
        const improved = place(asked, 'eliminate-and-improve').busbwBytesPerNs * (1 + 1e-12);
        for (const start of ['best-fit', 'spread', 'eliminate'] as const) {
          expect(place(asked, start).busbwBytesPerNs).toBeLessThanOrEqual(improved);
        }
      }),
    );
  });

  test('hosts in another order: the same bandwidth, and where only one placement has it, that one', () => {
    const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: HOSTS });
    fc.assert(
      fc.property(cluster, order, (asked, places) => {
        const move = <T>(list: readonly T[]) => places.map((h) => list[h] as T);
        const { hosts, free, job, gpus } = asked;
        const moved = { hosts: move(hosts), free: move(free), job: move(job), gpus };
        const [here, there] = [place(asked, 'exhaustive'), place(moved, 'exhaustive')];
        expect(there.busbwBytesPerNs / here.busbwBytesPerNs).toBeCloseTo(1, 12);
        const evaluate = closedFormEvaluator({ hosts: moved.hosts, jobs: [moved.job], bytes: 1e6 });
        // The answer, moved, is an answer of the moved question.
        expect(evaluate(move(here.counts)) / there.busbwBytesPerNs).toBeCloseTo(1, 12);
      }),
      { numRuns: 200 },
    );
  });

  test('bandwidths twice as high give twice the bus bandwidth, on the same GPUs', () => {
    fc.assert(
      fc.property(cluster, (asked) => {
        const hosts = asked.hosts.map((one) => ({
          ...one,
          intraBandwidth: 2 * one.intraBandwidth,
          nicBandwidth: 2 * one.nicBandwidth,
        }));
        for (const search of SEARCHES) {
          const [slow, fast] = [place(asked, search), place({ ...asked, hosts }, search)];
          expect(fast.counts).toEqual(slow.counts);
          expect(fast.busbwBytesPerNs / slow.busbwBytesPerNs).toBeCloseTo(2, 12);
        }
      }),
    );
  });

  test('more bandwidth is never slower', () => {
    fc.assert(
      fc.property(cluster, fc.nat({ max: HOSTS - 1 }), (asked, lucky) => {
        const hosts = asked.hosts.map((one, h) =>
          h === lucky ? { ...one, nicBandwidth: 1.5 * one.nicBandwidth } : one,
        );
        const before = place(asked, 'exhaustive').busbwBytesPerNs;
        expect(place({ ...asked, hosts }, 'exhaustive').busbwBytesPerNs * (1 + 1e-12)).toBeGreaterThanOrEqual(before);
      }),
    );
  });
});
