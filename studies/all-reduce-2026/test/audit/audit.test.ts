import { simulateCollective } from 'astra-sim-ts';
import { describe, expect, test } from 'vitest';
import { bonusGrid, bonusHoldsUpTo, bonusOfLargeMessages, pipelineNs } from '../../src/audit/bonus.js';
import { chargedCells, countSlower } from '../../src/audit/charging.js';
import { fitLine, fitPowerLaw } from '../../src/audit/fit.js';
import {
  bisectRatio,
  threeTierThreshold,
  thresholdInClosedForm,
  thresholdOfLargeMessages,
  twoTierThreshold,
} from '../../src/audit/threshold.js';
import { activeChunksOnTheWire, wirePoints } from '../../src/audit/wire.js';
import { twoTiers } from '../../src/tables/networks.js';
import { sweepSpec } from '../../src/tables/sweep.js';

describe('threshold', () => {
  const at = (npus: number, sizeMiB: number, ratio: number) => {
    const point = { npus, sizeMiB, ratio, decomposition: 'baseline' } as const;
    const [flat, hierarchical] = (['oneRing', 'ring_ring'] as const).map(
      (algorithm) => simulateCollective(sweepSpec({ ...point, algorithm })).timeNs,
    ) as [number, number];
    return hierarchical - flat;
  };

  test.each([16, 64, 256])('N = %i: bisection ends between neighbouring doubles', (npus) => {
    for (const sizeMiB of [1, 100, 1000]) {
      const { ratio } = twoTierThreshold(npus, sizeMiB);
      expect(at(npus, sizeMiB, ratio)).toBeGreaterThan(0);
      expect(at(npus, sizeMiB, ratio * (1 - 2 ** -50))).toBeLessThanOrEqual(0);
    }
  });

  test.each([16, 64, 256])('N = %i: the closed form parts slower from faster', (npus) => {
    for (const sizeMiB of [0.25, 1, 10, 100, 1000, 10_000, 2 ** 20]) {
      const ratio = thresholdInClosedForm(npus, sizeMiB);
      expect(at(npus, sizeMiB, ratio * (1 + 2 ** -48)), `${sizeMiB} MiB`).toBeGreaterThan(0);
      expect(at(npus, sizeMiB, ratio * (1 - 2 ** -48)), `${sizeMiB} MiB`).toBeLessThanOrEqual(0);
    }
  });

  test('large messages: it stays above 1, whatever the size', () => {
    for (const npus of [16, 64, 256]) {
      const limit = thresholdOfLargeMessages(npus);
      expect(limit).toBeGreaterThan(1);
      expect(twoTierThreshold(npus, 2 ** 21).ratio / limit).toBeCloseTo(1, 2);
    }
    expect(thresholdOfLargeMessages(16).toFixed(2)).toBe('2.36');
  });

  test('none where the hierarchy is slower from the start, or never', () => {
    const size = { collective: 'all-reduce', size: 2 ** 20 } as const;
    const fast = { ...size, topology: 'ring(4, 1000 GB/s, 1 ns)' };
    const slow = { ...size, topology: 'ring(4, 1 GB/s, 1 ns)' };
    expect(bisectRatio(fast, () => slow)).toBeNaN();
    expect(bisectRatio(slow, () => fast)).toBeNaN();
    expect(threeTierThreshold(1, 4, 'baseline').ratio).toBeNaN();
  });
});

describe('H16', () => {
  test('the closed form equals the simulation at every point of the grid', () => {
    const grid = bonusGrid((n0, n1, ratio) => twoTiers(ratio, n0, n1));
    expect(grid).toHaveLength(6 * 7 * 4 * 4);
    expect(grid.filter(({ timeNs, closedFormNs }) => timeNs !== closedFormNs)).toEqual([]);
    // Large messages below the ratio at which the second dimension takes over: within fill and latency of the limit.
    const large = grid.filter(
      ({ n0, n1, ratio, sizeMiB, splits }) => sizeMiB > 1e6 && splits === 64 && ratio < 0.9 * bonusHoldsUpTo(n0, n1),
    );
    expect(large.length).toBeGreaterThan(10);
    for (const { ofOneDimension, limit } of large) expect(ofOneDimension / limit).toBeCloseTo(1, 3);
  });

  test('each of the four terms can be the longest', () => {
    expect(pipelineNs(3, 10, 1, 10)).toBe(60);
    expect(pipelineNs(3, 1, 10, 1)).toBe(32);
    expect(pipelineNs(3, 10, 12, 1)).toBe(47);
    expect(pipelineNs(1, 5, 6, 7)).toBe(18);
    expect(pipelineNs(3, 10, 10, 1)).toBe(41);
  });

  test('14/15 and 4/5', () => {
    expect(bonusOfLargeMessages(8, 16)).toBe(14 / 15);
    expect(bonusOfLargeMessages(4, 16)).toBe(0.8);
    expect(bonusHoldsUpTo(8, 2)).toBe(14);
  });
});

describe('fits', () => {
  test('a line through points of a line leaves nothing', async () => {
    const { intercept, slope, points, residuals } = await fitLine([
      [0, 1],
      [1, 3],
      [2, 5],
    ]);
    expect([intercept, slope, points]).toEqual([1, 2, 3]);
    expect(residuals).toEqual([0, 0, 0]);
  });

  test('by hand: residuals 1/3, -2/3, 1/3', async () => {
    const fit = await fitLine([
      [0, 0],
      [1, 0],
      [2, 2],
    ]);
    expect(fit.slope).toBeCloseTo(1, 12);
    expect(fit.intercept).toBeCloseTo(-1 / 3, 12);
    expect(fit.residuals.map((residual) => residual.toFixed(6))).toEqual(['0.333333', '-0.666667', '0.333333']);
    // 1 - (6/9) / (8/3).
    expect(fit.rSquared).toBeCloseTo(0.75, 12);
  });

  test("the log's power law from its three mid-points", async () => {
    const { factor, exponent } = await fitPowerLaw([
      [10, Math.sqrt(16 * 48)],
      [100, Math.sqrt(4 * 8)],
      [1000, Math.sqrt(1 * 4)],
    ]);
    expect([factor.toFixed(1), exponent.toFixed(3)]).toEqual(['94.1', '-0.571']);
  });
});

describe('the audit of claims 1 and 4', () => {
  const AXES = { ratios: [1, 4, 8, 16, 48], sizesMiB: [1, 10, 100, 1000] } as const;

  test('as published 19 cells lose; with 16 NPUs on links with contention none does', () => {
    expect(countSlower(chargedCells({ ...AXES, charging: 'log', npus: [16, 64, 256] }))).toMatchObject({
      ...{ cells: 60, slower: 19, rescued: 16 },
    });
    const aware = countSlower(chargedCells({ ...AXES, charging: 'congestion-aware', npus: [16] }));
    expect(aware).toMatchObject({ cells: 20, slower: 0, worst: { ratio: 1, sizeMiB: 1000 } });
  });

  test('227 of the 976 published times lie below what their links allow', () => {
    const points = wirePoints();
    expect(points).toHaveLength(976);
    expect(points.filter(({ beyond }) => beyond > 1)).toHaveLength(227);
    expect(points.filter(({ study, beyond }) => study === 'active-chunks' && beyond > 1)).toHaveLength(12);
  });

  test('a ring of 16: busbw 49.5, then the wire', () => {
    const [one, ...more] = activeChunksOnTheWire().slice(0, 5);
    expect(one?.awareBusbwGBps.toFixed(1)).toBe('49.5');
    for (const { awareNs, planNs } of more) expect(awareNs).toBe(planNs);
    expect(more.map(({ unawareBusbwGBps }) => unawareBusbwGBps.toFixed(1))).toEqual([
      '98.9',
      '197.9',
      '395.7',
      '395.7',
    ]);
  });
});
