import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calibrate } from '../../src/costs/calibrate/calibrate.js';
import type { Calibration, DimensionsCalibration } from '../../src/costs/calibrate/calibration.js';
import { MEASURED_COLLECTIVES } from '../../src/costs/calibrate/measured-table.js';
import { type CollectiveSpec, simulateCollective } from '../../src/index.js';
import { simulateWorkload, type WorkloadSpec } from '../../src/workload/index.js';
import { specs } from '../support/arbitraries.js';

/** The same collective as the only node of a graph that every NPU runs. */
function workloadOf(spec: CollectiveSpec): WorkloadSpec {
  const { collective, size, involvedDimensions, algorithms = 'ring', ...machine } = spec;
  const node = {
    kind: 'collective',
    id: 1,
    name: '',
    dependsOn: [],
    ns: 1,
    collective,
    bytes: size as number,
  } as const;
  const involved = involvedDimensions === undefined ? {} : { involvedDimensions };
  return { ...machine, algorithms, graphs: { nodes: [{ ...node, ...involved }] } };
}

const drawn = fc.record({
  spec: specs({ npus: 24, splits: 6 }),
  network: fc.constantFrom('congestion-unaware' as const, 'congestion-aware' as const),
  folding: fc.constantFrom('auto' as const, 'off' as const),
  routing: fc.constantFrom('first-dimension' as const, 'dimension-order' as const),
  interDimensionScheduling: fc.constantFrom(...(['ascending', 'round-robin', 'themis', 'themis-flex'] as const)),
});

test('a workload of one collective has the time, the warnings and the bounds of that collective', () => {
  fc.assert(
    fc.property(drawn, ({ spec, ...machine }) => {
      const asked = { ...spec, ...machine };
      const alone = simulateCollective(asked);
      const { timeNs, times, warnings, collectives, npus } = simulateWorkload(workloadOf(asked));
      expect([timeNs, times.finishNs, times.commNs]).toEqual([alone.timeNs, alone.timeNs, alone.timeNs]);
      expect(warnings).toEqual(alone.warnings);
      expect(npus).toBe(alone.npus);
      expect(collectives).toEqual([
        {
          ...{ collective: alone.collective, bytes: alone.bytes, ranks: alone.ranks, count: 1 },
          ...{ shortestNs: alone.timeNs, longestNs: alone.timeNs, bounds: alone.bounds },
        },
      ]);
    }),
    { numRuns: 150 },
  );
});

/** One table of each collective that can be measured, on as many ranks, of made-up lines. */
function madeUp(ranks: number, latencyUs: number, withDimensions: boolean): Calibration {
  const { tables, ...rest } = calibrate(
    MEASURED_COLLECTIVES.map((collective, i) => ({
      ...{ name: `made ${collective}`, collective, ranks, measured: 'out-of-place', info: {} },
      rows: Array.from({ length: 8 }, (_, k) => ({ bytes: 64 * 8 ** k, timeUs: latencyUs * (i + 1) + 8 ** k / 1e3 })),
    })),
    { forms: ['line'] },
  );
  const fitted: DimensionsCalibration = {
    ...{ collective: 'all-reduce', source: 'made', heldOut: { medianPercent: 1, p90Percent: 2, count: 3 } },
    dimensions: [{ kind: 'switch', npus: ranks, bandwidthGBps: 12.5, latencyNs: 77 }],
  };
  return { tables, ...rest, ...(withDimensions ? { dimensions: [fitted] } : {}) };
}

test('with costs too: a curve, or dimensions fitted to the network', () => {
  const costs = fc.record({ latencyUs: fc.integer({ min: 1, max: 500 }), withDimensions: fc.boolean() });
  fc.assert(
    fc.property(drawn, costs, ({ spec, ...machine }, { latencyUs, withDimensions }) => {
      const { involvedDimensions: _, startTimes: __, ...whole } = { startTimes: undefined, ...spec };
      const { ranks, npus } = simulateCollective({ ...whole, ...machine });
      // Over part of the dimensions, lines begin on their own: a workload simulates them.
      fc.pre(ranks === npus);
      const asked: CollectiveSpec = { ...whole, ...machine, costs: madeUp(ranks, latencyUs, withDimensions) };
      const alone = simulateCollective(asked);
      const { timeNs, warnings, collectives } = simulateWorkload(workloadOf(asked));
      expect(timeNs).toBe(alone.timeNs);
      expect(warnings).toEqual(alone.warnings);
      expect(warnings.filter(({ code }) => code === 'fitted-costs')).toHaveLength(1);
      expect(collectives).toMatchObject([{ shortestNs: timeNs, longestNs: timeNs, count: 1, bounds: alone.bounds }]);
      expect(collectives[0]?.fitted?.source).toBe(alone.fitted?.source);
    }),
    { numRuns: 60 },
  );
});

test('NPUs that the collective alone ends at different times do so in the workload', () => {
  fc.assert(
    fc.property(specs({ npus: 16, splits: 4, algorithms: ['halving-doubling', 'direct'] }), (spec) => {
      const asked = { ...spec, network: 'congestion-aware' } as const;
      const { finishNsByNpu } = simulateCollective(asked);
      const { timesByNpu } = simulateWorkload(workloadOf(asked));
      expect(timesByNpu?.map(({ finishNs }) => finishNs)).toEqual(finishNsByNpu);
    }),
    { numRuns: 60 },
  );
});

test.each(['congestion-unaware', 'congestion-aware'] as const)('on a graph too: %s', (network) => {
  for (const topology of [
    'graph: fat-tree(4x3, 50 GB/s, 500 ns, oversubscription = 4)',
    'graph: mesh(3x3, 50 GB/s, 500 ns)',
  ]) {
    for (const algorithms of ['ring', 'direct'] as const) {
      const spec: CollectiveSpec = { collective: 'all-reduce', topology, size: 1e6, network, algorithms };
      expect(simulateWorkload(workloadOf(spec)).timeNs).toBe(simulateCollective(spec).timeNs);
    }
  }
});
