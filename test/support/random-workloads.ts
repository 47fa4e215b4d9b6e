import fc from 'fast-check';
import type { WorkloadSpec } from '../../src/workload/index.js';
import { type Draft, programArb, Renderer, rarely } from './random-programs.js';

const dimensionArb = fc.record({
  kind: fc.constantFrom('ring', 'switch', 'fully-connected'),
  npus: fc.constantFrom(2, 2, 3, 3, 4, 4, 8),
  bandwidth: fc.constantFrom(1, 25, 600),
  latency: fc.constantFrom(0, 10, 936),
});

const dimensionsArb = fc
  .oneof(
    dimensionArb.map((one) => [one, one]),
    fc.array(dimensionArb, { minLength: 1, maxLength: 3 }),
  )
  .filter((dimensions) => npusOf(dimensions) <= 64);

/** What is the rule comes often, the exception now and then. */
function mostly<T>(rule: T, ...exceptions: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 7, arbitrary: fc.constant(rule) },
    { weight: 3, arbitrary: fc.constantFrom(...exceptions) },
  );
}

const machineArb = fc.record({
  network: mostly('congestion-unaware', 'congestion-unaware', 'congestion-unaware', 'congestion-aware'),
  scheduling: fc.constantFrom('fifo', 'lifo', 'explicit'),
  endpointDelay: fc.constantFrom(0, 1, 10, 10, 10, 10),
  localMemoryBandwidth: mostly<number | string>(1600, 1, 'unlimited'),
  activeChunks: fc.integer({ min: 1, max: 4 }),
  queuesPerDimension: fc.integer({ min: 1, max: 3 }),
  intraDimensionScheduling: mostly('fifo', 'smallest-first', 'fewest-remaining-phases-first'),
  interDimensionScheduling: mostly('ascending', 'round-robin', 'themis', 'themis-flex'),
  routing: mostly('first-dimension', 'dimension-order'),
  decomposition: fc.constantFrom('local-bw-aware', 'baseline'),
  splits: fc.integer({ min: 1, max: 4 }),
  rendezvous: mostly(false, false, false, false, true),
  replay: mostly(false, false, false, false, true),
});

const ALGORITHMS = ['direct', 'direct:2', 'halving-doubling', 'double-binary-tree', 'one-ring', 'one-direct'] as const;

/** Random workloads of the same program on many NPUs, with groups, pipelines, stragglers and mixed graphs. */
export const workloadArb: fc.Arbitrary<WorkloadSpec> = fc
  .record({
    dimensions: dimensionsArb,
    programs: fc.oneof(
      { weight: 5, arbitrary: programArb.map((one) => [one]) },
      { weight: 1, arbitrary: fc.tuple(programArb, programArb) },
    ),
    /** Along which dimension programs alternate or computations take longer and longer, and who is slower than all. */
    mix: fc.record({
      along: fc.nat(2),
      slope: fc.constantFrom(0, 0, 0, 1),
      straggler: fc.oneof(fc.constant(null), fc.constant(null), fc.nat(63)),
      slow: fc.nat(3),
    }),
    algorithms: fc.record({
      reducing: mostly('ring', ...ALGORITHMS),
      moving: mostly('ring', ...ALGORITHMS.slice(0, 3)),
    }),
    how: fc.record({
      relative: fc.boolean(),
      unitNs: fc.constantFrom(100, 100, 10, 1),
      extraNs: fc.constantFrom(1, 0),
      oneTag: fc.boolean(),
    }),
    machine: machineArb,
    memory: mostly('per-npu', 'per-npu', 'per-node', 'pool'),
    roofline: rarely(fc.constantFrom(1e9, 1e12)),
    rooted: fc.constantFrom('ring', 'tree', 'direct'),
    lists: fc.boolean(),
  })
  .map(({ dimensions, programs, mix, algorithms, how, machine, memory, roofline, rooted, lists }) => {
    const sizes = dimensions.map((dimension) => dimension.npus);
    const npus = npusOf(dimensions);
    const renderer = new Renderer({ sizes, ...how });
    const graphs = Array.from({ length: npus }, (_, npu) => {
      const along = renderer.coordinate(npu, mix.along);
      const program = programs[along % programs.length] as readonly Draft[];
      const isStraggler = mix.straggler !== null && mix.straggler % npus === npu;
      return renderer.graphOf(npu, program, (isStraggler ? mix.slow : 0) + mix.slope * along);
    });
    const isPowerOfTwo = sizes.every((size) => Number.isInteger(Math.log2(size)));
    const chosen = (name: string) => {
      const pairs = name === 'halving-doubling' || name === 'double-binary-tree';
      const possible = pairs && !isPowerOfTwo ? 'ring' : name;
      return lists && !possible.startsWith('one') ? sizes.map(() => possible) : possible;
    };
    const [reducing, moving] = [chosen(algorithms.reducing), chosen(algorithms.moving)];
    return {
      topology: dimensions,
      graphs,
      groups: renderer.groups,
      algorithms: {
        'all-reduce': reducing,
        'reduce-scatter': moving,
        'all-gather': moving,
        'all-to-all': moving === 'halving-doubling' || moving[0] === 'halving-doubling' ? 'ring' : moving,
        ...{ broadcast: rooted, reduce: rooted, gather: rooted, scatter: rooted },
      },
      memory: { kind: memory, latency: 100, bandwidth: 10, npusPerNode: memory === 'per-node' ? sizes[0] : 1 },
      ...(roofline === null ? {} : { roofline: { peak: roofline, memoryBandwidth: 100 } }),
      ...machine,
    } as unknown as WorkloadSpec;
  });

/** The same with queues at links, of both kinds of switching. */
export const queuedWorkloadArb: fc.Arbitrary<WorkloadSpec> = fc
  .tuple(workloadArb, fc.constantFrom('store-and-forward' as const, 'cut-through' as const))
  .map(([spec, switching]) => ({ ...spec, network: 'congestion-aware', switching, rendezvous: false }));

/** With queues, and with times that are all small multiples of 10 ns: much happens in one tick. */
export const tiedWorkloadArb: fc.Arbitrary<WorkloadSpec> = queuedWorkloadArb.map((spec) => {
  const {
    graphs,
    topology,
    algorithms,
    splits = 1,
  } = spec as unknown as {
    graphs: { nodes: { kind: string; ns: number; bytes?: number }[] }[];
    topology: { bandwidth: number; latency: number }[];
    algorithms: Record<string, string | string[]>;
    splits?: number;
  };
  const rooted = new Set(['broadcast', 'reduce', 'gather', 'scatter']);
  const even = (name: string) => (/tree|halving/.test(name) ? 'direct' : name);
  const bytesOf = (kind: string, bytes: number) => {
    const factor = bytes > 2000 ? 2 : 1;
    if (kind === 'collective') return 640 * splits * factor;
    return kind === 'send' || kind === 'receive' ? 10 * factor : 0;
  };
  return {
    ...(spec as object),
    endpointDelay: spec.endpointDelay === 0 ? 0 : 10,
    localMemoryBandwidth: 'unlimited',
    roofline: undefined,
    memory: { kind: 'per-npu', latency: 10, bandwidth: 1e6, npusPerNode: 1 },
    topology: topology.map((one) => {
      return { ...one, bandwidth: one.bandwidth === 600 ? 2 : 1, latency: one.latency === 936 ? 10 : 0 };
    }),
    graphs: graphs.map(({ nodes }) => ({
      nodes: nodes.map((node) => {
        const { kind, ns, bytes } = node;
        return { ...node, ns: 10 * (1 + (ns % 3)), ...(bytes === undefined ? {} : { bytes: bytesOf(kind, bytes) }) };
      }),
    })),
    algorithms: Object.fromEntries(
      Object.entries(algorithms).map(([collective, named]) => {
        if (rooted.has(collective)) return [collective, named];
        return [collective, typeof named === 'string' ? even(named) : named.map(even)];
      }),
    ),
  } as unknown as WorkloadSpec;
});

function npusOf(dimensions: readonly { readonly npus: number }[]): number {
  return dimensions.reduce((product, { npus }) => product * npus, 1);
}
