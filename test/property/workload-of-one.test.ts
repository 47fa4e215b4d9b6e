import fc from 'fast-check';
import { expect, test } from 'vitest';
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
