import { describe, expect, test } from 'vitest';
import { allocateBandwidth, communicationTime } from '../../src/cluster/bandwidth/allocate.js';
import type { BandwidthOptions } from '../../src/cluster/bandwidth/options.js';
import { dimensionPrice } from '../../src/cluster/bandwidth/price.js';
import type { GridCollective } from '../../src/cluster/bandwidth/traffic.js';
import { goldenRows, ownRows } from '../support/golden-folder.js';

interface Single {
  readonly kind: 'single';
  readonly collective: GridCollective;
  readonly bytes: number;
  readonly sizes: readonly number[];
  readonly totalGBps: number;
  readonly bytesPerDim: readonly number[];
  readonly optimumGBps: readonly number[];
  readonly optimumNs: number;
  readonly equalSplitNs: number;
}

interface Mix {
  readonly kind: 'mix';
  readonly topology: readonly ('Ring' | 'FullyConnected' | 'Switch')[];
  readonly sizes: readonly number[];
  readonly totalGBps: number;
  readonly computeNs: number;
  readonly phases: readonly { readonly bytesPerDim: readonly number[]; readonly count: number }[];
  readonly optimumGBps: readonly number[];
  readonly optimumNs: number;
  readonly equalSplitNs: number;
  readonly proportionalNs: number;
  readonly costPerGBps: readonly number[];
  readonly costAtOptimum: number;
}

/** GB/s are bytes per ns. */
describe('golden libra', () => {
  const rows = goldenRows<Single | Mix>('libra');
  const singles = rows.filter((row) => row.kind === 'single');
  const mixes = rows.filter((row) => row.kind === 'mix');

  test('every row is one or the other', () => {
    expect(singles.length + mixes.length).toBe(rows.length);
    if (ownRows) expect([singles.length, mixes.length]).toEqual([72, 11]);
  });

  test('one collective: bytes, bandwidths and times, within 1e-9', () => {
    for (const row of singles) {
      const options: BandwidthOptions = {
        collectives: [{ collective: row.collective, bytes: row.bytes }],
        dimensions: row.sizes.map((npus) => ({ npus })),
        total: row.totalGBps,
      };
      const answer = allocateBandwidth(options);
      near([answer.timeNs], [row.optimumNs], 1e-9);
      near(answer.bytesPerNs, row.optimumGBps, 1e-9);
      near(answer.collectives[0]?.bytesPerDimension ?? [], row.bytesPerDim, 1e-9);
      near([communicationTime(options, equal(row))], [row.equalSplitNs], 1e-9);
      expect(answer.method).toBe('closed-form');
      expect(answer.kktResidual).toBeLessThan(1e-12);
    }
  });

  test('mixes: bandwidths, times and prices, within 1e-6', () => {
    for (const row of mixes) {
      const options: BandwidthOptions = {
        collectives: row.phases.map(({ bytesPerDim, count }) => ({ bytesPerDimension: bytesPerDim, count })),
        dimensions: row.sizes.map((npus, d) => ({ npus, price: row.costPerGBps[d] as number })),
        total: row.totalGBps,
      };
      const answer = allocateBandwidth(options);
      near([answer.timeNs + row.computeNs], [row.optimumNs], 1e-6);
      near(answer.bytesPerNs, row.optimumGBps, 1e-6);
      near([answer.price ?? 0], [row.costAtOptimum], 1e-6);
      near([communicationTime(options, equal(row)) + row.computeNs], [row.equalSplitNs], 1e-9);
      near([communicationTime(options, proportional(row)) + row.computeNs], [row.proportionalNs], 1e-9);
      expect(answer.kktResidual).toBeLessThan(1e-9);
    }
  });

  test('prices of the published example, which adds 0.00001 per dimension to each part', () => {
    for (const { topology, sizes, costPerGBps } of mixes) {
      const npus = sizes.reduce((product, size) => product * size, 1);
      const prices = topology.map((kind, d) => {
        const extra = 1e-5 * (d + 1);
        const link = kind === 'Switch' ? 7.8 : d === 0 && topology.length === 4 ? 2 : 4;
        return dimensionPrice({
          kind: kind === 'Switch' ? 'switch' : kind === 'Ring' ? 'ring' : 'fully-connected',
          npus,
          link: link + extra,
          ...(kind === 'Switch' ? { nic: 31.6 + extra, switch: 18 + extra } : {}),
        });
      });
      near(prices, costPerGBps, 1e-12);
    }
  });
});

function near(got: readonly number[], expected: readonly number[], relative: number): void {
  expect(got.length).toBe(expected.length);
  got.forEach((value, i) => {
    const right = expected[i] as number;
    expect(Math.abs(value - right), `${value} for ${right}`).toBeLessThanOrEqual(relative * Math.abs(right));
  });
}

function equal({ sizes, totalGBps }: Single | Mix): number[] {
  return sizes.map(() => totalGBps / sizes.length);
}

/** Bandwidth in proportion to all bytes of a dimension. */
function proportional({ phases, sizes, totalGBps }: Mix): number[] {
  const bytes = sizes.map((_, d) => phases.reduce((sum, p) => sum + p.count * (p.bytesPerDim[d] as number), 0));
  const all = bytes.reduce((sum, b) => sum + b, 0);
  return bytes.map((b) => (totalGBps * b) / all);
}
