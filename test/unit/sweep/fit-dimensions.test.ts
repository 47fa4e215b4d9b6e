import { describe, expect, test } from 'vitest';
import { calibrate, type MeasuredTable } from '../../../src/costs/index.js';
import { ConfigError, simulateAllReduce, simulateCollective } from '../../../src/index.js';
import { fitDimensions } from '../../../src/sweep/index.js';
import { compare } from '../../../src/synthesis/index.js';
import { simulateWorkload } from '../../../src/workload/index.js';

const SIZES = Array.from({ length: 14 }, (_, i) => 2 ** (12 + i));

/** What a machine of these numbers would have been measured at. */
const table = (topology: string, collective: 'all-reduce' | 'all-gather' = 'all-reduce'): MeasuredTable => ({
  ...{ name: 'made up', collective, ranks: 8, measured: 'out-of-place', info: {} },
  rows: SIZES.map((bytes) => {
    const size = collective === 'all-gather' ? bytes / 8 : bytes;
    return { bytes, timeUs: simulateCollective({ collective, topology, size }).timeNs / 1000 };
  }),
});

const guess = 'switch(8, 100 GB/s, 1 us)';

function issuesOf(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.issues.map(({ path }) => path);
    throw error;
  }
  return [];
}

describe('fitting bandwidth and latency', () => {
  test.each(['all-reduce', 'all-gather'] as const)('finds those of a simulated %s again', (collective) => {
    const [found] = fitDimensions([table('switch(8, 37 GB/s, 650 ns)', collective)], { topology: guess });
    const [one] = found?.dimensions ?? [];
    expect(Math.abs((one?.bandwidthGBps ?? 0) / 37 - 1)).toBeLessThan(0.03);
    expect(Math.abs((one?.latencyNs ?? 0) / 650 - 1)).toBeLessThan(0.03);
    expect(found?.heldOut.medianPercent).toBeLessThan(1);
  });

  test('refuses tables that are not of this topology', () => {
    const other = { ...table(guess), ranks: 4 };
    expect(issuesOf(() => fitDimensions([other], { topology: guess }))).toEqual(['tables[0]']);
    const few = { ...table(guess), rows: table(guess).rows.slice(0, 3) };
    expect(issuesOf(() => fitDimensions([few], { topology: guess }))).toEqual(['tables[0]']);
    const topology = 'graph: ring(8, 1 GB/s, 1 us)';
    expect(issuesOf(() => fitDimensions([table(guess)], { topology }))).toEqual(['topology']);
    const { collective: _, ...unnamed } = table(guess);
    expect(issuesOf(() => fitDimensions([unnamed], { topology: guess }))).toEqual(['tables[0]']);
  });
});

describe('costs in a spec', () => {
  const truth = 'switch(8, 37 GB/s, 650 ns)';
  const measured = table(truth);
  const curves = calibrate([measured]);
  const dimensions = fitDimensions([measured], { topology: guess });
  const costs = { ...curves, dimensions };

  test('fitted dimensions take the place of the topology, and it is said', () => {
    const { timeNs, warnings } = simulateAllReduce({ topology: guess, size: 2 ** 18, costs });
    expect(Math.abs(timeNs / simulateAllReduce({ topology: truth, size: 2 ** 18 }).timeNs - 1)).toBeLessThan(0.02);
    expect(warnings.map(({ code }) => code)).toEqual(['fitted-costs']);
    expect(warnings[0]?.message).toContain('made up');
  });

  test('without, the curve of the table takes the place of the time', () => {
    const { timeNs, fitted, warnings, algbwGBps } = simulateAllReduce({
      topology: guess,
      size: 2 ** 18,
      costs: curves,
    });
    expect(timeNs).toBe(simulateAllReduce({ topology: truth, size: 2 ** 18 }).timeNs);
    expect(fitted).toMatchObject({ source: 'made up', outside: false });
    expect(fitted?.simulatedNs).toBe(simulateAllReduce({ topology: guess, size: 2 ** 18 }).timeNs);
    expect(algbwGBps).toBe(2 ** 18 / timeNs);
    expect(warnings.map(({ code }) => code)).toEqual(['fitted-costs']);
  });

  test('workloads take fitted dimensions and curves, comparisons fitted dimensions', () => {
    const nodes = [
      { id: 0, name: 'sum', dependsOn: [], ns: 1, kind: 'collective', collective: 'all-reduce', bytes: 2 ** 18 },
    ] as const;
    const run = simulateWorkload({ topology: guess, graphs: { nodes }, costs });
    expect(run.timeNs).toBe(simulateAllReduce({ topology: guess, size: 2 ** 18, costs }).timeNs);
    expect(run.warnings.map(({ code }) => code)).toContain('fitted-costs');
    const ofCurve = simulateWorkload({ topology: guess, graphs: { nodes }, costs: curves });
    expect(ofCurve.timeNs).toBe(simulateAllReduce({ topology: guess, size: 2 ** 18, costs: curves }).timeNs);
    const asked = { collective: 'all-reduce', sizes: [2 ** 18], algorithms: ['ring'], crossovers: false } as const;
    const [fitted] = compare({ ...asked, topology: guess, costs }).rows;
    const [plain] = compare({ ...asked, topology: guess }).rows;
    expect(fitted?.timeNs).not.toBe(plain?.timeNs);
  });

  test('what does not fit the call is refused', () => {
    const plain = { topology: guess, size: 2 ** 18 };
    expect(issuesOf(() => simulateCollective({ ...plain, collective: 'all-to-all', costs: curves }))).toEqual([
      'costs',
    ]);
    const half = { topology: 'switch(4, 1 GB/s, 0 ns)', size: 2 ** 18 };
    expect(issuesOf(() => simulateAllReduce({ ...half, costs: curves }))).toEqual(['costs']);
    const broken = { ...curves, tables: 'none' } as never;
    expect(issuesOf(() => simulateAllReduce({ ...plain, costs: broken }))).toEqual(['costs.tables']);
  });
});
