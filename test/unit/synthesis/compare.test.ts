import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/synthesis/compare/compare.js';

const RING = { topology: 'graph: ring(4, 10 GB/s, 500 ns)', collective: 'all-gather' } as const;

describe('compare', () => {
  it('ranks algorithms at each size and never lets one beat the bound', () => {
    const { rows, winners, rankedBy, npus } = compare({ ...RING, sizes: ['4 KiB', '4 MiB'], crossovers: false });
    expect({ rankedBy, npus }).toEqual({ rankedBy: 'congestion-aware', npus: 4 });
    for (const bytes of [4096, 4_194_304]) {
      const here = rows.filter((row) => row.bytes === bytes);
      expect(here.map(({ rank }) => rank)).toEqual(here.map((_, i) => i + 1));
      for (const [i, row] of here.entries()) {
        // What enters an NPU of a ring over its two links: three quarters at 20 bytes per ns; or half way round.
        expect(row.boundNs).toBeCloseTo(Math.max((0.75 * bytes) / 20, 1000), 6);
        expect(row.timeNs).toBe(row.congestionAwareNs);
        expect(row.timeNs).toBeGreaterThanOrEqual(here[i - 1]?.timeNs ?? 0);
        expect(row.ofBound).toBeLessThanOrEqual(1);
      }
    }
    expect(winners.map(({ bytes }) => bytes)).toEqual([4096, 4_194_304]);
    expect(rows.find(({ rank, bytes }) => rank === 1 && bytes > 4096)?.ofBound).toBeGreaterThan(0.98);
  });

  it('marks what wins only because messages do not contend', () => {
    const { rows, winners } = compare({ ...RING, sizes: ['4 MiB'], crossovers: false });
    const direct = rows.find(({ algorithm }) => algorithm === 'direct');
    expect(direct?.unphysicalIn).toEqual(['congestion-unaware']);
    expect(direct?.ofBound).toBeLessThan(0.9);
    expect(winners[0]?.otherwise?.isPhysical).toBe(false);
  });

  it('finds where one winner gives way to another', () => {
    // One after another in a ring, or all at once through longer ways.
    const algorithms = ['ring', 'direct'];
    const options = { ...RING, topology: 'graph: ring(8, 10 GB/s, 500 ns)', algorithms } as const;
    const { crossovers, winners } = compare({ ...options, sizes: ['64 B', '64 MiB'] });
    expect(winners.map(({ algorithm }) => algorithm)).toEqual(['direct', 'ring']);
    const [crossover] = crossovers;
    expect(crossover).toMatchObject({ from: 'direct', to: 'ring' });
    const bytes = crossover?.bytes ?? 0;
    const winnerAt = (size: number) =>
      compare({ ...options, sizes: [Math.round(size)], crossovers: false }).winners[0]?.algorithm;
    expect([winnerAt(bytes), winnerAt(bytes / 1.2)]).toEqual(['ring', 'direct']);
  });

  it('says everything that is wrong with its options', () => {
    expect(() => compare({ ...RING, sizes: [3] })).toThrow(/sizes\[0\].*a byte for each of the 4 NPUs/);
    expect(() => compare({ ...RING, sizes: [], budget: 0 })).toThrow(/sizes(.|\n)*budget/);
    expect(() => compare({ ...RING, sizes: [64], algorithms: ['rnig'] })).toThrow(/algorithms\[0\].*ring/);
    expect(() => compare({ ...RING, topology: 'graph: rnig(4)', sizes: [64] })).toThrow(/topology/);
  });
});
