import { describe, expect, test } from 'vitest';
import { workloadFromAstraSim } from '../../../../src/formats/astra-sim/workload-from-astra-sim.js';
import { integer, text } from '../../../../src/formats/chakra/attributes.js';
import type { NodeKind, TraceNode } from '../../../../src/formats/chakra/graph.js';
import { traceOf } from '../../../../src/formats/chakra/trace-of.js';
import { transformerGraph, transformerWorkload } from '../../../../src/workload/build/transformer.js';
import { communicatorGroups } from '../../../../src/workload/build/transformer-layout.js';
import { type TransformerOptions, transformerModel } from '../../../../src/workload/build/transformer-model.js';
import { checkGraph } from '../../../../src/workload/check-graph.js';
import { simulateWorkload } from '../../../../src/workload/simulate-workload.js';

/** Two of everything, and sizes whose products are easy to tell apart. */
const SMALL = {
  ...{ layers: 4, hidden: 96, sequence: 10, globalBatch: 12, microBatch: 2, vocabulary: 70 },
  ...{ tensorParallel: 2, dataParallel: 2, pipelineParallel: 2 },
} as const satisfies TransformerOptions;

/** The workload NPU by NPU, with groups and peers by number. */
function oneByOne(options: TransformerOptions) {
  const model = transformerModel(options);
  const graphs = Array.from({ length: model.npus }, (_, npu) => transformerGraph(model, npu));
  return { graphs, groups: communicatorGroups(model) };
}

/** The workload as the trace files that it is written to. */
function tracesOf(options: TransformerOptions) {
  const { graphs, groups } = oneByOne(options);
  return { traces: graphs.map((graph) => traceOf(graph)), groups };
}

const nodesOf = ({ traces }: Pick<ReturnType<typeof tracesOf>, 'traces'>, kind: NodeKind, name = /./) =>
  traces.flatMap(({ nodes }) => nodes.filter((node) => node.kind === kind && name.test(node.name)));

const sum = (nodes: readonly TraceNode[], attribute: string) =>
  nodes.reduce((total, node) => total + integer(node, attribute), 0);

const DEGREES = [
  [1, 1, 1],
  [2, 1, 1],
  [1, 2, 1],
  [1, 1, 2],
  [2, 2, 2],
  [4, 3, 4],
] as const;

const cases = DEGREES.flatMap(([tensorParallel, dataParallel, pipelineParallel]) =>
  [0, 140].map((vocabulary) => ({
    ...SMALL,
    ...{ tensorParallel, dataParallel, pipelineParallel },
    ...(vocabulary === 0 ? { vocabulary: undefined } : { vocabulary }),
  })),
);

describe.each(cases)(
  't $tensorParallel, d $dataParallel, p $pipelineParallel, V $vocabulary',
  ({ vocabulary, ...rest }) => {
    const options = vocabulary === undefined ? rest : { ...rest, vocabulary };
    const workload = tracesOf(options);
    const { layers: l, hidden: h, sequence: s, globalBatch: B, microBatch: b } = options;
    const { tensorParallel: t, dataParallel: d, pipelineParallel: p } = options;
    const V = vocabulary ?? 0;
    const microBatches = B / (b * d);
    const activations = 2 * b * s * h;

    test('operations: 72 B s l h^2 (1 + s/6h + V/12lh)', () => {
      const operations = 72 * B * s * l * h * h * (1 + s / (6 * h) + V / (12 * l * h));
      expect(sum(nodesOf(workload, 'compute'), 'num_ops')).toBeCloseTo(operations, 3);
    });

    test('tensor: 4 all-reduces of b s h per layer and micro-batch, and 2 around all layers', () => {
      const all = nodesOf(workload, 'collective', /(attention|feed-forward|output|embedding) (for|back)ward/);
      const perRank = t === 1 ? 0 : microBatches * (4 * l + (V > 0 ? 2 : 0));
      expect(all).toHaveLength(perRank * t * d);
      expect(sum(all, 'comm_size')).toBe(all.length * activations);
    });

    test('pipeline: b s h per micro-batch, boundary and direction', () => {
      const sends = nodesOf(workload, 'send');
      expect(sum(sends, 'comm_size')).toBe(2 * (p - 1) * microBatches * t * d * activations);
      const ends = (nodes: readonly TraceNode[]) =>
        nodes
          .map((node) => ['comm_src', 'comm_dst', 'comm_tag', 'comm_size'].map((name) => integer(node, name)).join(' '))
          .sort();
      expect(ends(nodesOf(workload, 'receive'))).toEqual(ends(sends));
    });

    test('data: the gradients of all parameters, 12 l h^2 (1 + 13/12h + (V + s)/12lh)', () => {
      const parameters = 12 * l * h * h + 13 * l * h + (V > 0 ? (V + s) * h : 0);
      // What is not split over tensor ranks, and the copy of the embedding as the output layer.
      const copies = (t - 1) * (6 * h * l + (V > 0 ? s * h : 0)) + (p > 1 ? V * h : 0);
      const bytes = sum(nodesOf(workload, 'collective', /^gradients/), 'comm_size');
      expect(bytes).toBe(d === 1 ? 0 : d * 2 * (parameters + copies));
      const shared = sum(nodesOf(workload, 'collective', /^embedding gradient/), 'comm_size');
      expect(shared).toBe(p > 1 ? 2 * d * V * h * 2 : 0);
    });

    test('graphs and groups hold together, and it runs to its end', () => {
      for (const trace of workload.traces) expect(checkGraph(trace)).toEqual([]);
      for (const [npu, { nodes }] of workload.traces.entries()) {
        for (const node of nodes.filter(({ kind }) => kind === 'collective')) {
          expect(workload.groups[text(node, 'pg_name')]).toContain(npu);
        }
      }
      if (t * d * p === 1) return;
      const { timeNs } = simulateWorkload(
        workloadFromAstraSim({
          network: { topology: ['Switch'], npus_count: [t * d * p], bandwidth: [100], latency: [500] },
          system: { 'roofline-enabled': 1, 'peak-perf': 100, 'local-mem-bw': 1000 },
          traces: workload.traces,
          commGroups: workload.groups,
        }),
      );
      expect(timeNs).toBeGreaterThan(0);
    });
  },
);

test.each(cases)(
  'NPUs of a stage share a graph: t $tensorParallel, d $dataParallel, p $pipelineParallel',
  (options) => {
    const { vocabulary, ...rest } = options;
    const given = { ...rest, flops: 1e9, ...(vocabulary === undefined ? {} : { vocabulary }) };
    const { graphs, groups } = transformerWorkload(given);
    const npus = graphs.length;
    expect(new Set(graphs).size).toBe(options.pipelineParallel);
    if (npus === 1) return;
    const topology = `switch(${npus}, 1 GB/s, 500 ns)`;
    const { collectives: families, engine: _, ...shared } = simulateWorkload({ topology, graphs, groups });
    const { collectives, engine: __, ...full } = simulateWorkload({ topology, ...oneByOne(given), folding: 'off' });
    expect(shared).toEqual(full);
    // All groups of a family are one line of the result.
    const count = (lines: typeof collectives) => lines.reduce((total, line) => total + line.count, 0);
    expect(count(families)).toBe(count(collectives));
  },
);

test('NPUs: tensor fastest, then data, then pipeline', () => {
  expect(oneByOne({ ...SMALL, tensorParallel: 2, dataParallel: 3, pipelineParallel: 2 }).groups).toEqual({
    // Tensor.
    ...{ 1: [0, 1], 2: [2, 3], 3: [4, 5], 4: [6, 7], 5: [8, 9], 6: [10, 11] },
    // Data.
    ...{ 7: [0, 2, 4], 8: [1, 3, 5], 9: [6, 8, 10], 10: [7, 9, 11] },
    // Embedding.
    ...{ 11: [0, 6], 12: [1, 7], 13: [2, 8], 14: [3, 9], 15: [4, 10], 16: [5, 11] },
  });
});

test('durations are operations by rate, in whole microseconds', () => {
  const { traces } = tracesOf({ ...SMALL, tensorParallel: 1, flops: 1e9 });
  const [attention, feedForward] = traces[0]?.nodes.filter(({ kind }) => kind === 'compute') ?? [];
  // 8 b s h^2 + 4 b s^2 h = 1,474,560 + 76,800 operations; 16 b s h^2 = 2,949,120.
  expect([attention?.durationMicros, feedForward?.durationMicros]).toEqual([1551, 2949]);
  expect(sum(nodesOf({ traces }, 'compute', /layer 0 attention backward 0/), 'num_ops')).toBe(2 * 2 * 1551360);
});

test('a pipeline of p stages and m micro-batches takes (m + p - 1) of them', () => {
  // Communication next to nothing, durations of whole microseconds.
  const options = { ...SMALL, tensorParallel: 1, dataParallel: 1, pipelineParallel: 4, flops: 1551360 * 1e3 };
  const { vocabulary: _, ...plain } = options;
  const { traces } = tracesOf(plain);
  const { timeNs } = simulateWorkload(
    workloadFromAstraSim({
      network: { topology: ['Switch'], npus_count: [4], bandwidth: [1e6], latency: [0] },
      system: {},
      traces,
    }),
  );
  const perMicroBatch = traces[0]?.nodes
    .filter(({ name }) => / 0$/.test(name))
    .reduce((total, { durationMicros }) => total + durationMicros, 0);
  const ideal = (6 + 4 - 1) * (perMicroBatch ?? 0) * 1000;
  expect(timeNs).toBeGreaterThanOrEqual(ideal);
  expect(timeNs).toBeLessThan(ideal * 1.001);
});

test('gradients reduced on the way are as many, and hidden', () => {
  const options = { ...SMALL, tensorParallel: 1, pipelineParallel: 1, flops: 1e9 };
  const run = (overlapGradients: boolean) => {
    const workload = tracesOf({ ...options, overlapGradients });
    const { timeNs } = simulateWorkload(
      workloadFromAstraSim({
        network: { topology: ['Switch'], npus_count: [2], bandwidth: [1], latency: [500] },
        system: {},
        traces: workload.traces,
        commGroups: workload.groups,
      }),
    );
    return { bytes: sum(nodesOf(workload, 'collective'), 'comm_size'), timeNs };
  };
  expect(run(true).bytes).toBe(run(false).bytes);
  expect(run(true).timeNs).toBeLessThan(run(false).timeNs);
});

test.each<[Partial<TransformerOptions>, string]>([
  [{ layers: 3 }, 'layers: expected a multiple of pipelineParallel (2), got 3'],
  [{ hidden: 97 }, 'hidden: expected a multiple of tensorParallel (2), got 97'],
  [{ globalBatch: 6 }, 'globalBatch: expected a multiple of dataParallel x microBatch (4), got 6'],
  [{ vocabulary: 71 }, 'vocabulary: expected a multiple of tensorParallel (2), got 71'],
  [{ flops: 0 }, 'flops: expected a number above 0, got 0'],
  [{ hidden: 2 ** 30 }, 'expected fewer than 2^53 operations and bytes in a layer, got more'],
  [{ dataParallel: 2 ** 24, globalBatch: 2 ** 26 }, 'expected at most 16,777,216 NPUs, got 67108864'],
  [{ heads: 5 } as object, 'heads: expected one of the keys layers'],
])('%o', (wrong, message) => {
  expect(() => transformerWorkload({ ...SMALL, ...wrong })).toThrow(message);
});
