import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Trace, type TraceNode, workloadFromAstraSim } from '../../src/formats/index.js';
import { SimulationError } from '../../src/index.js';
import { simulateWorkload, type WorkloadSpec } from '../../src/workload/index.js';

/** How many workloads are tried; `SEED=random WORKLOAD_FOLDING_RUNS=100000 npx vitest run test/property/workload-folding.test.ts` for a night. */
const RUNS = Number(process.env['WORKLOAD_FOLDING_RUNS'] ?? 300);

const COMM_TYPES = [0, 2, 5, 6, 7];

/** A node that depends on some of those before it. */
const nodeArb = (id: number): fc.Arbitrary<TraceNode> =>
  fc
    .record({
      kind: fc.constantFrom('compute', 'collective', 'metadata', 'mem-load'),
      dependsOn: fc.uniqueArray(fc.nat(Math.max(0, id - 1)), { maxLength: id === 0 ? 0 : 3 }),
      durationMicros: fc.nat(20),
      type: fc.constantFrom(...COMM_TYPES),
      size: fc.integer({ min: 64, max: 100_000 }),
      cpu: fc.boolean(),
    })
    .map(({ kind, dependsOn, durationMicros, type, size, cpu }) => ({
      id,
      name: `${kind} ${id}`,
      kind,
      dependsOn,
      durationMicros,
      attributes: new Map<string, number | boolean>([
        ['is_cpu_op', cpu && kind === 'compute'],
        ['comm_type', type],
        ['comm_size', size],
        ['tensor_size', size],
      ]),
    }));

const traceArb: fc.Arbitrary<Trace> = fc
  .integer({ min: 1, max: 12 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, id) => nodeArb(id))))
  .map((nodes) => ({ version: '0.0.4', nodes }));

const dimensionArb = fc.record({
  kind: fc.constantFrom('Ring', 'Switch', 'FullyConnected'),
  npus: fc.constantFrom(2, 4),
  bandwidth: fc.constantFrom(1, 25, 600),
  latency: fc.constantFrom(0, 10, 936.25),
});

/** What a simulation answers but for how it was made; or that NPUs wait for each other for ever, as trees below the top may. */
function answer(spec: WorkloadSpec): unknown {
  try {
    const { engine: _, ...rest } = simulateWorkload(spec);
    return rest;
  } catch (error) {
    if (error instanceof SimulationError) return 'stalled';
    throw error;
  }
}

test('NPUs with the same trace folded into one give what all of them give', () => {
  const arb = fc.record({
    trace: traceArb,
    dimensions: fc.array(dimensionArb, { minLength: 1, maxLength: 3 }),
    algorithm: fc.constantFrom('ring', 'direct', 'direct2', 'oneRing'),
    reducing: fc.constantFrom('ring', 'ring', 'direct', 'halvingDoubling', 'doubleBinaryTree', 'oneDirect'),
    backend: fc.constantFrom('congestion-unaware', 'congestion-aware'),
    policy: fc.constantFrom('FIFO', 'LIFO'),
    active: fc.integer({ min: 1, max: 4 }),
    splits: fc.integer({ min: 1, max: 6 }),
    endpoint: fc.integer({ min: 1, max: 20 }),
    queuesPerDim: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(
      arb,
      ({ trace, dimensions, algorithm, reducing, backend, policy, active, splits, endpoint, queuesPerDim }) => {
        const npus = dimensions.reduce((product, dimension) => product * dimension.npus, 1);
        const listOf = (name: string) => (name.startsWith('one') ? [name] : dimensions.map(() => name));
        const list = listOf(algorithm);
        const input = {
          backend,
          network: {
            topology: dimensions.map(({ kind }) => kind),
            npus_count: dimensions.map((dimension) => dimension.npus),
            bandwidth: dimensions.map(({ bandwidth }) => bandwidth),
            latency: dimensions.map(({ latency }) => latency),
          },
          system: {
            'scheduling-policy': policy,
            'endpoint-delay': endpoint,
            'active-chunks-per-dimension': active,
            'preferred-dataset-splits': splits,
            'collective-optimization': 'localBWAware',
            'all-reduce-implementation': listOf(reducing),
            'all-gather-implementation': list,
            'reduce-scatter-implementation': list,
            'all-to-all-implementation': list,
          },
          remoteMemory: { 'memory-type': 'PER_NPU_MEMORY_EXPANSION', 'remote-mem-latency': 100, 'remote-mem-bw': 10 },
          queuesPerDim,
          traces: Array.from({ length: npus }, () => trace),
        };
        const folded = answer(workloadFromAstraSim(input));
        expect(folded).toEqual(answer(workloadFromAstraSim({ ...input, folding: 'off' })));
      },
    ),
    { numRuns: RUNS },
  );
});
