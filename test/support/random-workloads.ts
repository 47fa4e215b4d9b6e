import fc from 'fast-check';
import type { GroupAxis, WorkGraph, WorkloadSpec, WorkNode } from '../../src/workload/index.js';

/** What a node of a random program does, before it is known who runs it. */
interface Draft {
  readonly what: 'compute' | 'collective' | 'exchange' | 'pipeline' | 'memory' | 'marker';
  readonly dependsOn: readonly number[];
  readonly micros: number;
  readonly collective: 'all-reduce' | 'all-gather' | 'reduce-scatter' | 'all-to-all';
  readonly bytes: number;
  /** Which family of groups, or of peers. */
  readonly along: number;
  readonly cpu: boolean;
  readonly priority: number;
}

const draftArb = (id: number): fc.Arbitrary<Draft> =>
  fc.record({
    what: fc.constantFrom('compute', 'compute', 'collective', 'collective', 'exchange', 'pipeline', 'memory', 'marker'),
    dependsOn: fc.uniqueArray(fc.nat(Math.max(0, id - 1)), { maxLength: id === 0 ? 0 : 3 }),
    micros: fc.nat(6),
    collective: fc.constantFrom('all-reduce', 'all-gather', 'reduce-scatter', 'all-to-all'),
    bytes: fc.constantFrom(64, 1024, 5000, 65536),
    along: fc.nat(2),
    cpu: fc.boolean(),
    priority: fc.nat(2),
  });

const programArb = fc
  .integer({ min: 1, max: 10 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, id) => draftArb(id))));

const dimensionArb = fc.record({
  kind: fc.constantFrom('ring', 'switch', 'fully-connected'),
  npus: fc.constantFrom(2, 3, 4),
  bandwidth: fc.constantFrom(1, 25, 600),
  latency: fc.constantFrom(0, 10, 936),
});

const equalDimensions = dimensionArb.map((one) => [one, one]);

/** Random workloads of the same program on many NPUs, with groups, pipelines, stragglers and mixed graphs. */
export const workloadArb: fc.Arbitrary<WorkloadSpec> = fc
  .record({
    dimensions: fc.oneof(equalDimensions, fc.array(dimensionArb, { minLength: 1, maxLength: 3 })),
    programs: fc.oneof(
      { weight: 5, arbitrary: programArb.map((one) => [one]) },
      { weight: 1, arbitrary: fc.tuple(programArb, programArb) },
    ),
    /** Along which dimension programs alternate or computations take longer and longer, and who is slower than all. */
    mix: fc.record({
      along: fc.nat(2),
      slope: fc.constantFrom(0, 0, 1),
      straggler: fc.option(fc.nat(30), { freq: 3 }),
      slow: fc.nat(3),
    }),
    algorithm: fc.constantFrom(
      'ring',
      'ring',
      'ring',
      'direct',
      'direct:2',
      'halving-doubling',
      'double-binary-tree',
      'one-ring',
    ),
    relative: fc.boolean(),
    machine: fc.record({
      scheduling: fc.constantFrom('fifo', 'lifo', 'explicit'),
      endpointDelay: fc.constantFrom(0, 1, 10, 10),
      activeChunks: fc.integer({ min: 1, max: 4 }),
      queuesPerDimension: fc.integer({ min: 1, max: 3 }),
      intraDimensionScheduling: fc.constantFrom('fifo', 'fifo', 'smallest-first'),
      routing: fc.constantFrom('first-dimension', 'first-dimension', 'dimension-order'),
      decomposition: fc.constantFrom('local-bw-aware', 'baseline'),
      splits: fc.integer({ min: 1, max: 4 }),
    }),
    lists: fc.boolean(),
  })
  .map(({ dimensions, programs, mix, algorithm, relative, machine, lists }) => {
    const npus = dimensions.reduce((product, dimension) => product * dimension.npus, 1);
    const sizes = dimensions.map((dimension) => dimension.npus);
    const strides = sizes.map((_, d) => sizes.slice(0, d).reduce((product, size) => product * size, 1));
    const axis = (along: number) =>
      ({ stride: strides[along % sizes.length], size: sizes[along % sizes.length] }) as GroupAxis;
    const coordinate = (npu: number, along: number) => Math.floor(npu / axis(along).stride) % axis(along).size;
    const isPowerOfTwo = sizes.every((size) => Number.isInteger(Math.log2(size)));
    const pairs = algorithm === 'halving-doubling' || algorithm === 'double-binary-tree';
    const chosen = pairs && !isPowerOfTwo ? 'ring' : algorithm;
    const groups: Record<string, number[] | GroupAxis[]> = {};
    const groupOf = (npu: number, along: number) => {
      if (relative) {
        groups[`axis ${along}`] = [axis(along)];
        return `axis ${along}`;
      }
      const { stride, size } = axis(along);
      const first = npu - coordinate(npu, along) * stride;
      groups[`${first} along ${along}`] = Array.from({ length: size }, (_, i) => first + i * stride);
      return `${first} along ${along}`;
    };
    const peerOf = (npu: number, along: number, step: number) => {
      const { stride, size } = axis(along);
      if (relative) return { stride, size, step };
      return npu + (((coordinate(npu, along) + step + size) % size) - coordinate(npu, along)) * stride;
    };
    const graphOf = (npu: number, program: readonly Draft[], slow: number): WorkGraph => {
      const nodes: WorkNode[] = [];
      const add = (node: Record<string, unknown>) => nodes.push(node as unknown as WorkNode);
      for (const [id, draft] of program.entries()) {
        const { what, micros, bytes, along, cpu, priority } = draft;
        const common = { id: 2 * id, name: `${what} ${id}`, dependsOn: draft.dependsOn.map((one) => 2 * one), ns: 1 };
        const ns = (micros + (what === 'compute' ? slow : 0)) * 100 + 1;
        const transfer = { bytes, tag: id };
        if (what === 'compute') add({ ...common, kind: 'compute', ns, cpu });
        else if (what === 'memory') add({ ...common, kind: 'memory', bytes });
        else if (what === 'marker') add({ ...common, kind: 'marker' });
        else if (what === 'collective') {
          const group = along === 2 ? {} : { group: groupOf(npu, along) };
          add({
            ...common,
            kind: 'collective',
            collective: draft.collective,
            bytes,
            priority,
            ...group,
            cpu: cpu && along === 2,
          });
        } else if (what === 'exchange') {
          add({ ...common, kind: 'send', ...transfer, peer: peerOf(npu, along, 1) });
          add({ ...common, id: 2 * id + 1, kind: 'receive', ...transfer, peer: peerOf(npu, along, -1) });
        } else {
          // Down a pipeline: the first only sends, the last only receives.
          const stage = coordinate(npu, along);
          const receives = stage > 0;
          const sends = stage < axis(along).size - 1;
          if (receives) add({ ...common, id: 2 * id + 1, kind: 'receive', ...transfer, peer: peerOf(npu, along, -1) });
          const after = receives ? [2 * id + 1] : common.dependsOn;
          if (sends) add({ ...common, dependsOn: after, kind: 'send', ...transfer, peer: peerOf(npu, along, 1) });
          else add({ ...common, dependsOn: after, kind: 'compute', ns });
        }
      }
      return { nodes };
    };
    const graphs = Array.from({ length: npus }, (_, npu) => {
      const program = programs[coordinate(npu, mix.along) % programs.length] as readonly Draft[];
      const isStraggler = mix.straggler !== null && mix.straggler % npus === npu;
      return graphOf(npu, program, (isStraggler ? mix.slow : 0) + mix.slope * coordinate(npu, mix.along));
    });
    return {
      topology: dimensions,
      graphs,
      groups,
      algorithms: lists && !chosen.startsWith('one') ? dimensions.map(() => chosen) : chosen,
      memory: { kind: 'per-npu', latency: 100, bandwidth: 10 },
      ...machine,
    } as unknown as WorkloadSpec;
  });
