import { describe, expect, test } from 'vitest';
import {
  simulateWorkload,
  transformerWorkload,
  type WorkGraph,
  type WorkloadSpec,
  type WorkNode,
} from '../../../../src/workload/index.js';

type Node = Partial<WorkNode> & { readonly kind: string };

/** A graph of nodes, each after the one before it unless it says otherwise. */
function graph(...nodes: readonly Node[]): WorkGraph {
  const all = nodes.map((node, id) => ({ id, name: `${id}`, ns: 1, dependsOn: id === 0 ? [] : [id - 1], ...node }));
  return { nodes: all as unknown as WorkNode[] };
}

const compute = (ns: number): Node => ({ kind: 'compute', ns });
const reduce = (group: string): Node => ({ kind: 'collective', collective: 'all-reduce', bytes: 4096, group });
const send = (peer: unknown, tag = 0) => ({ kind: 'send', peer, bytes: 1000, tag }) as Node;
const receive = (peer: unknown, tag = 0) => ({ kind: 'receive', peer, bytes: 1000, tag }) as Node;

/** Checks that folding changes nothing, and says how many NPUs are simulated. */
function reasonOf(spec: WorkloadSpec): string {
  const { engine, ...folded } = simulateWorkload(spec);
  const { engine: _, ...full } = simulateWorkload({ ...spec, folding: 'off' });
  expect(folded).toEqual(full);
  return engine.reason;
}

const ring = (npus: number) => [{ kind: 'ring', npus, bandwidth: 1, latency: 10 }] as const;
const grid = [
  { kind: 'switch', npus: 4, bandwidth: 10, latency: 10 },
  { kind: 'switch', npus: 4, bandwidth: 1, latency: 100 },
] as const;

describe('one NPU stands for', () => {
  test('all of a transformer with tensor and data parallelism', () => {
    const { graphs, groups } = transformerWorkload({
      ...{ layers: 2, hidden: 64, sequence: 16, globalBatch: 4, tensorParallel: 4, dataParallel: 4, flops: 1e9 },
    });
    expect(reasonOf({ topology: grid, graphs, groups })).toBe('all NPUs do the same: 1 stands for 16');
  });

  test('a stage of its pipelines', () => {
    const { graphs, groups } = transformerWorkload({
      ...{ layers: 4, hidden: 64, sequence: 16, globalBatch: 8, vocabulary: 64, flops: 1e9 },
      ...{ tensorParallel: 4, dataParallel: 2, pipelineParallel: 2 },
    });
    expect(reasonOf({ topology: grid, graphs, groups })).toBe('2 NPUs stand for 16');
  });

  test('all that pass something round a ring', () => {
    const graphs = Array.from({ length: 6 }, (_, npu) =>
      graph(send((npu + 1) % 6), receive((npu + 5) % 6), compute(7)),
    );
    expect(reasonOf({ topology: ring(6), graphs })).toBe('all NPUs do the same: 1 stands for 6');
  });

  test('those as far from a straggler, not those beside each other', () => {
    // Pairs that reduce: those of the straggler wait, in the order of rank; all other pairs are alike.
    const groups = { a: [0, 1], b: [2, 3], c: [4, 5], d: [6, 7] };
    const names = ['a', 'b', 'c', 'd'];
    const graphs = Array.from({ length: 8 }, (_, npu) => {
      return graph(compute(npu === 0 ? 500 : 100), reduce(names[Math.floor(npu / 2)] as string));
    });
    expect(reasonOf({ topology: ring(8), graphs, groups })).toBe('3 NPUs stand for 8');
  });

  test('ranks that are a period apart', () => {
    // Fast and slow by turns, round one group: a turn by two ranks changes nothing.
    const graphs = Array.from({ length: 9 }, (_, npu) =>
      graph(compute(npu % 2 === 0 ? 50 : 90), ...(npu < 8 ? [reduce('a')] : [])),
    );
    const spec = { topology: [{ kind: 'switch', npus: 9, bandwidth: 1, latency: 10 }] as const, graphs };
    expect(reasonOf({ ...spec, groups: { a: [0, 1, 2, 3, 4, 5, 6, 7] } })).toBe('3 NPUs stand for 9');
  });

  test('nobody else where members are not as far from each other', () => {
    // On a ring of 9 the last of the first eight is two hops from the first, its neighbours one.
    const graphs = Array.from({ length: 9 }, (_, npu) => graph(compute(50), ...(npu < 8 ? [reduce('a')] : [])));
    expect(reasonOf({ topology: ring(9), graphs, groups: { a: [0, 1, 2, 3, 4, 5, 6, 7] } })).toBe(
      'every NPU is simulated',
    );
  });

  test('nobody else where one receives from two that are alike', () => {
    const graphs = [graph(receive(1), receive(2)), graph(compute(5), send(0)), graph(compute(5), send(0))];
    expect(reasonOf({ topology: ring(3), graphs })).toBe('every NPU is simulated');
  });
});

describe('with queues at links one NPU stands for', () => {
  const network = 'congestion-aware';

  test.each(['store-and-forward', 'cut-through'] as const)('a stage of a transformer, %s', (switching) => {
    const { graphs, groups } = transformerWorkload({
      ...{ layers: 4, hidden: 64, sequence: 16, globalBatch: 8, vocabulary: 64, flops: 1e9 },
      ...{ tensorParallel: 4, dataParallel: 2, pipelineParallel: 2 },
    });
    expect(reasonOf({ topology: grid, graphs, groups, network, switching })).toBe('2 NPUs stand for 16');
  });

  const passing = (step: number, dependsOn?: number[]) =>
    Array.from({ length: 6 }, (_, npu) => {
      const awaits = { ...receive((npu + 6 - step) % 6), ...(dependsOn && { dependsOn }) } as Node;
      return graph(send((npu + step) % 6), awaits, compute(7));
    });

  test('all that pass something round a ring, in two hops over the links of others', () => {
    expect(reasonOf({ topology: ring(6), graphs: passing(2, []), network })).toBe(
      'all NPUs do the same: 1 stands for 6',
    );
  });

  test('nobody else where a message comes as its receive is posted: ids decide which is first', () => {
    // The receive waits for the send, which ends as the message of another comes: after 2 hops of 1000 + 10 ns.
    expect(reasonOf({ topology: ring(6), graphs: passing(2), network })).toMatch(/^every NPU is simulated: at 2020 ns/);
  });

  test('nobody else whose messages cross the links of a straggler, or not', () => {
    // NPU 2 sends for long over the link from 2 to 3: it holds up what 1 sends to 3, and that what follows from 0.
    const graphs = Array.from({ length: 6 }, (_, npu) =>
      graph(
        ...(npu === 2
          ? [{ ...send(3, 1), bytes: 90000 } as Node]
          : npu === 3
            ? [{ ...receive(2, 1), bytes: 90000 } as Node]
            : []),
        { ...send((npu + 2) % 6), dependsOn: [] } as Node,
        { ...receive((npu + 4) % 6), dependsOn: [] } as Node,
      ),
    );
    expect(reasonOf({ topology: ring(6), graphs, network })).toBe('every NPU is simulated');
    const unshared = { topology: [{ kind: 'switch', npus: 6, bandwidth: 1, latency: 10 }] as const, graphs };
    expect(reasonOf({ ...unshared, network: 'congestion-unaware' })).toBe('every NPU is simulated');
  });

  test('nobody else where two messages of a class meet on one link', () => {
    // On a grid of 3 x 3 all send to where their coordinates are swapped: (0, 1) and (2, 1) both by way of (1, 1).
    const line = { kind: 'switch', npus: 3, bandwidth: 1, latency: 10 } as const;
    const graphs = Array.from({ length: 9 }, (_, npu) => {
      const swapped = 3 * (npu % 3) + Math.floor(npu / 3);
      return swapped === npu ? graph(compute(5)) : graph(send(swapped), { ...receive(swapped), dependsOn: [] } as Node);
    });
    const spec = { topology: [line, line], graphs };
    expect(reasonOf({ ...spec, network })).toBe('every NPU is simulated');
    expect(reasonOf({ ...spec, network: 'congestion-unaware' })).toBe('2 NPUs stand for 9');
  });
});

describe('one graph for all', () => {
  test('with families of groups and peers as seen from each, as with lists', () => {
    const axis = { stride: 4, size: 4 };
    const relative = graph(compute(9), reduce('rows'), send({ ...axis, step: 1 }), receive({ ...axis, step: -1 }));
    const rows = [{ stride: 1, size: 4 }];
    const spec: WorkloadSpec = { topology: grid, graphs: relative, groups: { rows } };
    expect(reasonOf(spec)).toBe('all NPUs do the same: 1 stands for 16');
    const listed = {
      graphs: Array.from({ length: 16 }, (_, npu) => {
        return graph(compute(9), reduce(`${npu >> 2}`), send((npu + 4) % 16), receive((npu + 12) % 16));
      }),
      groups: Object.fromEntries([0, 1, 2, 3].map((row) => [row, [0, 1, 2, 3].map((i) => 4 * row + i)])),
    };
    const { times, timeNs, collectives } = simulateWorkload(spec);
    expect(simulateWorkload({ ...spec, ...listed })).toMatchObject({ times, timeNs });
    expect(collectives).toMatchObject([{ group: 'rows', ranks: 4, count: 4 }]);
  });

  test('a group may have some of the coordinates only', () => {
    // First and last of four: NPUs 0 and 12 and their neighbours; the others compute.
    const ends = graph(reduce('ends'));
    const graphs = Array.from({ length: 16 }, (_, npu) => (npu < 4 || npu >= 12 ? ends : graph(compute(3))));
    const groups = { ends: [{ stride: 4, size: 4, only: [0, 3] }] };
    const { collectives } = simulateWorkload({ topology: grid, graphs, groups });
    expect(collectives).toMatchObject([{ group: 'ends', ranks: 2, count: 4 }]);
    expect(reasonOf({ topology: grid, graphs, groups })).toBe('2 NPUs stand for 16');
  });

  test('axes that do not divide the NPUs are refused by name', () => {
    const of =
      (groups: WorkloadSpec['groups'], peer: unknown = 0) =>
      () =>
        simulateWorkload({ topology: grid, graphs: graph(send(peer)), ...(groups === undefined ? {} : { groups }) });
    expect(of({ odd: [{ stride: 1, size: 3 }] })).toThrow(/groups.odd: expected axes that divide 16 NPUs/);
    expect(
      of({
        twice: [
          { stride: 1, size: 4 },
          { stride: 2, size: 4 },
        ],
      }),
    ).toThrow(/groups.twice/);
    expect(of({ far: [{ stride: 1, size: 4, only: [4] }] })).toThrow(/groups.far/);
    expect(of(undefined, { stride: 4, size: 3, step: 1 })).toThrow(/node 0, peer: expected { stride, size, step }/);
  });
});

describe('ties that ids could break', () => {
  /** Two receives end in one tick; each makes ready a node that wants what the other's wants. */
  const race = (...after: readonly Node[]): WorkloadSpec => {
    const sides = [receive({ stride: 1, size: 6, step: 1 }, 1), receive({ stride: 1, size: 6, step: -1 }, 2)];
    const sends = [
      send({ stride: 1, size: 6, step: -1 }, 1),
      { ...send({ stride: 1, size: 6, step: 1 }, 2), cpu: true },
    ];
    const nodes = [...sides, ...sends].map((node) => ({ ...node, dependsOn: [] }));
    return { topology: ring(6), graphs: graph(...nodes, ...after) };
  };

  test('end in a run of every NPU where they decide what goes first', () => {
    const spec = race({ ...compute(5), dependsOn: [0] }, { ...compute(9), dependsOn: [1] });
    expect(reasonOf(spec)).toMatch(/every NPU is simulated: at \d+ ns things happen at once/);
  });

  test('are harmless where all is ready after both', () => {
    const spec = race({ ...compute(5), dependsOn: [0, 1] }, { ...compute(9), dependsOn: [0, 1] });
    expect(reasonOf(spec)).toBe('all NPUs do the same: 1 stands for 6');
  });

  test('are harmless where they make ready what does not compete', () => {
    const spec = race({ ...compute(5), dependsOn: [0] }, { ...compute(9), cpu: true, dependsOn: [1] });
    expect(reasonOf(spec)).toBe('all NPUs do the same: 1 stands for 6');
  });
});
