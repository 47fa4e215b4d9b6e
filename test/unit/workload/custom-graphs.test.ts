import { describe, expect, test } from 'vitest';
import { withBlockBytes } from '../../../src/collectives/sized-program.js';
import { workloadFromAstraSim } from '../../../src/formats/astra-sim/workload-from-astra-sim.js';
import { integer } from '../../../src/formats/chakra/attributes.js';
import { traceOf } from '../../../src/formats/chakra/trace-of.js';
import { readMsccl } from '../../../src/formats/msccl/read-msccl.js';
import { collectiveWorkload } from '../../../src/workload/build/collective-graph.js';
import { checkGraph } from '../../../src/workload/check-graph.js';
import { programGraphs } from '../../../src/workload/custom-graphs.js';
import { simulateWorkload } from '../../../src/workload/simulate-workload.js';
import {
  allPairsReduceScatter,
  allToAll,
  recursiveDoubling,
  ringAllGather,
  ringAllReduce,
} from '../formats/msccl/algorithms.js';
import { mscclXml, type ShortAlgorithm } from '../formats/msccl/xml.js';

function tracesOf(algorithm: ShortAlgorithm, size: number, memoryBandwidth = Number.POSITIVE_INFINITY) {
  const chunkBytes = Math.ceil(size / algorithm.chunks);
  const { program } = readMsccl(mscclXml(algorithm));
  const graphs = programGraphs(withBlockBytes(program, chunkBytes), memoryBandwidth);
  return { traces: graphs.map(traceOf), graphs, chunkBytes };
}

/** The time of the algorithm as a custom collective on a fully connected network. */
function simulated(algorithm: ShortAlgorithm, size: number, localMemoryBandwidth?: number): number {
  const { traces } = tracesOf(algorithm, size, localMemoryBandwidth);
  const collective = {
    allreduce: 'all-reduce',
    allgather: 'all-gather',
    reduce_scatter: 'reduce-scatter',
    alltoall: 'all-to-all',
  }[algorithm.collective] as 'all-reduce';
  const spec = workloadFromAstraSim({
    network: { topology: ['FullyConnected'], npus_count: [algorithm.ranks], bandwidth: [100], latency: [500] },
    system: { [`${collective}-implementation-custom`]: ['msccl'] },
    traces: traceOf(collectiveWorkload({ collective, size }).graphs),
    customCollectives: { msccl: traces },
  });
  return simulateWorkload(spec).timeNs;
}

const delay = (bytes: number) => Math.trunc(500 + bytes / ((100 * 2 ** 30) / 1e9));

describe('traces', () => {
  test('recursive doubling in full', () => {
    const { traces, chunkBytes } = tracesOf(recursiveDoubling(2), 1000);
    expect(chunkBytes).toBe(500);
    const transfer = (from: number, to: number) => ({ comm_src: from, comm_dst: to, comm_size: 1000, comm_tag: 0 });
    expect(traces[1]?.nodes.map(({ attributes, ...node }) => ({ ...node, ...Object.fromEntries(attributes) }))).toEqual(
      [
        {
          id: 0,
          name: 'step 0 send',
          kind: 'send',
          dependsOn: [],
          ...transfer(1, 0),
          durationMicros: 0,
          is_cpu_op: false,
        },
        {
          id: 1,
          name: 'step 1 receive',
          kind: 'receive',
          dependsOn: [0],
          ...transfer(0, 1),
          durationMicros: 0,
          is_cpu_op: false,
        },
        { id: 2, name: 'step 2 reduce', kind: 'compute', dependsOn: [1], durationMicros: 0, is_cpu_op: false },
      ],
    );
  });

  test.each([
    ['ring all-gather', ringAllGather(5), 4],
    ['ring all-reduce', ringAllReduce(5), 8],
    ['all-pairs reduce-scatter', allPairsReduceScatter(5), 4],
    ['all-to-all', allToAll(5), 8],
    ['recursive doubling', recursiveDoubling(8), 6],
  ])('%s: bytes sent, matched by receives, in sound graphs', (_, algorithm, chunksPerRank) => {
    const { traces, graphs, chunkBytes } = tracesOf(algorithm, 12345);
    expect(chunkBytes).toBe(Math.ceil(12345 / algorithm.chunks));
    for (const graph of graphs) expect(checkGraph(graph)).toEqual([]);
    const ends = (kind: string) =>
      traces.flatMap(({ nodes }) =>
        nodes
          .filter((node) => node.kind === kind)
          .map((node) => ['comm_src', 'comm_dst', 'comm_tag', 'comm_size'].map((name) => integer(node, name))),
      );
    const sent = ends('send').reduce((total, [, , , bytes = 0]) => total + bytes, 0);
    expect(sent).toBe(algorithm.ranks * chunksPerRank * chunkBytes);
    expect(ends('receive').map(String).sort()).toEqual(ends('send').map(String).sort());
    expect(new Set(ends('send').map(([from, to, tag]) => `${from} ${to} ${tag}`)).size).toBe(ends('send').length);
  });

  test('a nop passes on what it waits for', () => {
    const [trace] = tracesOf(allPairsReduceScatter(4), 4000).traces;
    const copy = trace?.nodes.find(({ name }) => / copy$/.test(name));
    const receives = trace?.nodes.filter(({ kind }) => kind === 'receive').map(({ id }) => id) ?? [];
    expect(new Set(copy?.dependsOn)).toEqual(new Set(receives));
  });
});

describe('simulated', () => {
  test('ring all-gather: a copy, then a message per step', () => {
    expect(simulated(ringAllGather(4), 4 << 20)).toBe(1 + 3 * delay(1 << 20));
  });

  test('recursive doubling: a message and a reduction per round', () => {
    expect(simulated(recursiveDoubling(8), 1 << 20)).toBe(3 * (delay(1 << 20) + 1));
  });

  test('reductions take three times their bytes by the bandwidth, in whole microseconds', () => {
    // 3 x 1,048,576 B at 100 B/ns: 31.46 us.
    expect(simulated(recursiveDoubling(8), 1 << 20, 100)).toBe(3 * (delay(1 << 20) + 31_000));
  });
});

test('messages of more bytes than can be counted are refused', () => {
  expect(() => tracesOf(recursiveDoubling(2), Number.MAX_SAFE_INTEGER)).toThrow(
    'size: expected messages of fewer than 2^53 bytes, got more',
  );
});
