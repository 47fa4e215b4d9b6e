import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ClusterJob, simulateJobs } from '../../src/cluster/index.js';
import { SYMMETRIC_COLLECTIVES } from '../../src/collectives/collective.js';
import { simulateCollective } from '../../src/simulate.js';

const work = fc.record({
  collective: fc.constantFrom(...SYMMETRIC_COLLECTIVES),
  size: fc.integer({ min: 64, max: 1e6 }),
  count: fc.integer({ min: 1, max: 3 }),
});

describe('laws of jobs that share a network', () => {
  const fatTree = { topology: 'graph: fat-tree(4x3, 50 GB/s, 500 ns, oversubscription = 4)' };

  test('each below a switch of its own: nobody slows down', () => {
    fc.assert(
      fc.property(fc.array(work, { minLength: 2, maxLength: 3 }), fc.integer({ min: 2, max: 4 }), (list, ranks) => {
        const jobs = list.map((one, leaf): ClusterJob => {
          return { ...one, name: `leaf ${leaf}`, npus: Array.from({ length: ranks }, (_, i) => 4 * leaf + i) };
        });
        const { jobs: reports, timeNs } = simulateJobs(jobs, fatTree);
        for (const { aloneNs, togetherNs, slowdown } of reports) {
          expect(togetherNs).toBe(aloneNs);
          expect(slowdown).toBe(1);
        }
        expect(timeNs).toBe(Math.max(...reports.map(({ togetherNs }) => togetherNs)));
      }),
      { numRuns: 15 },
    );
  });

  test('a job of all NPUs is that collective', () => {
    fc.assert(
      fc.property(work, ({ collective, size }) => {
        const npus = Array.from({ length: 12 }, (_, npu) => npu);
        const [report] = simulateJobs([{ name: 'all', npus, collective, size }], fatTree).jobs;
        const alone = simulateCollective({ ...fatTree, network: 'congestion-aware', collective, size });
        expect(report?.aloneNs).toBe(alone.timeNs);
        expect(report?.busbwAloneBytesPerNs).toBeCloseTo(alone.busbwGBps, 9);
      }),
      { numRuns: 15 },
    );
  });
});
