import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { direct } from '../../../../src/collectives/direct.js';
import { ring } from '../../../../src/collectives/ring.js';
import { alltoallvProgram } from '../../../../src/collectives/rooted/alltoallv.js';
import { verify } from '../../../../src/collectives/verify/verify.js';
import { simulateCollective } from '../../../../src/index.js';

const equal = (ranks: number) => Array.from({ length: ranks }, () => Array.from({ length: ranks }, () => 1));

describe('alltoallv', () => {
  test.each([ring, direct])('$name: brings every part to its rank, in one dimension and in several', (definition) => {
    for (const sizes of [[2], [5], [3, 2], [2, 3, 2]]) {
      const dimensions = sizes.map((ranks) => ({ ranks, definition }));
      const ranks = sizes.reduce((product, n) => product * n, 1);
      const parts = Float64Array.from({ length: ranks * ranks }, (_, i) => 1 + ((i * 7) % 5));
      expect(verify(alltoallvProgram({ dimensions, parts, cargo: true }), 'alltoallv')).toEqual([]);
    }
  });

  test('what a rank does not have is not sent, and missed by the check', () => {
    const parts = Float64Array.of(1, 0, 1, 1);
    const program = alltoallvProgram({ dimensions: [{ ranks: 2, definition: direct }], parts, cargo: true });
    expect(program.does.length).toBe(2);
    expect(verify(program, 'alltoallv').map(({ path }) => path)).toEqual(['rank 1, block 0 of the output']);
  });

  test('with equal parts it is an all-to-all of one chunk, in time and in bytes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('ring', 'direct', 'direct:2' as const),
        fc.integer({ min: 2, max: 9 }),
        fc.integer({ min: 1, max: 100_000 }),
        fc.constantFrom('congestion-unaware', 'congestion-aware' as const),
        (algorithms, ranks, share, network) => {
          const spec = {
            topology: `ring(${ranks}, 3 GB/s, 70 ns)`,
            size: share * ranks,
            splits: 1,
            network,
            algorithms,
          };
          const one = simulateCollective({ ...spec, collective: 'all-to-all' } as never);
          const other = simulateCollective({ ...spec, collective: 'alltoallv', weights: equal(ranks) } as never);
          expect(other.timeNs).toBe(one.timeNs);
          expect(other.dimensions[0]?.bytesSentPerNpu).toBeCloseTo(one.dimensions[0]?.bytesSentPerNpu ?? -1, 6);
        },
      ),
    );
  });

  test('a hot expert is the bottleneck: everybody sends it half of what they have', () => {
    const ranks = 4;
    // Rank 0 gets 3 of 6 parts of each of the others: 3 * 3/6 * 600,000 bytes over a wire of 1 byte per ns.
    const weights = equal(ranks).map((row) => row.map((one, to) => (to === 0 ? 3 : one)));
    const { timeNs, bounds } = simulateCollective({
      ...{ collective: 'alltoallv', topology: 'switch(4, 1 GB/s, 0 ns)', size: 600_000, weights },
      ...{ algorithms: 'direct', network: 'congestion-aware', switching: 'cut-through', endpointDelay: 0 },
    });
    expect(bounds.networkNs).toBe(900_000);
    expect(timeNs).toBeGreaterThanOrEqual(900_000);
  });
});
