import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConfigError, SimulationError } from '../../src/base/errors.js';
import { simulateWorkload, type WorkloadSpec, type WorkNode } from '../../src/workload/index.js';
import { queuedWorkloadArb, tiedWorkloadArb, workloadArb } from '../support/random-workloads.js';

/** How many workloads are tried; `WORKLOAD_CLASSES_RUNS=100000 npx vitest run test/property/workload-classes.test.ts` for a night. */
const RUNS = Number(process.env['WORKLOAD_CLASSES_RUNS'] ?? 300);

/** The result without the engine's own account, or what went wrong. */
function outcome(spec: WorkloadSpec): unknown {
  try {
    const { engine: _, ...result } = simulateWorkload(spec);
    return JSON.parse(JSON.stringify(result));
  } catch (error) {
    // Who waits for ever may be named by who stands for him; when all came to rest is the same.
    if (error instanceof SimulationError) return `at rest at ${error.timeNs} ns`;
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

test('NPUs that stand for others of their class give what all of them give, in every field', () => {
  fc.assert(
    fc.property(workloadArb, (one) => {
      const spec = { ...one, nodeTimes: true };
      expect(outcome(spec)).toEqual(outcome({ ...spec, folding: 'off' }));
    }),
    { numRuns: RUNS },
  );
});

test.each([
  ['queues at links', queuedWorkloadArb],
  ['queues at links, and many ties', tiedWorkloadArb],
])('so they do with %s', (_, queued) => {
  let folded = 0;
  fc.assert(
    fc.property(queued, (spec) => {
      const whole = outcome({ ...spec, folding: 'off' });
      expect(outcome(spec)).toEqual(whole);
      if (typeof whole === 'object' && simulateWorkload(spec).engine.reason.includes('stand')) folded++;
    }),
    { numRuns: RUNS },
  );
  expect(folded).toBeGreaterThan(RUNS / 6);
});

test('a broadcast that one NPU never begins is no simulation that came to its end', () => {
  const work = { id: 0, name: '', dependsOn: [], ns: 1 };
  const spec: WorkloadSpec = {
    topology: 'ring(2, 1 GB/s, 0 ns)',
    graphs: [
      { nodes: [{ ...work, kind: 'compute' }] },
      { nodes: [{ ...work, kind: 'collective', collective: 'broadcast', bytes: 64, root: 1 }] },
    ],
  };
  expect(() => simulateWorkload(spec)).toThrow(/some NPUs never begin a collective/);
});

test('without end-point delays NPUs that do the same may part within a tick, and wait for each other for ever', () => {
  const node = (id: number, rest: object) =>
    ({ id, name: `${id}`, dependsOn: [], ns: 1, ...rest }) as object as WorkNode;
  const graphs = Array.from({ length: 8 }, (_, npu) => {
    const collective = { kind: 'collective', collective: 'all-reduce', bytes: 64 };
    const group = npu < 4 ? 'low' : 'high';
    const work = { kind: 'compute' };
    const first = [node(0, { ...collective, group }), node(2, work)];
    const second = [node(4, { ...collective, collective: 'all-to-all', group }), node(6, work)];
    return { nodes: [...first, ...second, node(8, collective), node(10, work)] };
  });
  const spec: WorkloadSpec = {
    topology: 'ring(4, 1 GB/s, 0 ns) x ring(2, 1 GB/s, 0 ns)',
    ...{ graphs, groups: { low: [0, 1, 2, 3], high: [4, 5, 6, 7] }, scheduling: 'fifo', endpointDelay: 0 },
    ...{ activeChunks: 1, queuesPerDimension: 3, intraDimensionScheduling: 'smallest-first' },
    ...{ decomposition: 'local-bw-aware', splits: 2 },
  };
  expect(outcome(spec)).toEqual('at rest at 370 ns');
});
